//! Names of clips and columns.
//!
//! Invariant: names are compared by components; `/` and `\` both part them.

/// File extensions of videos.
const VIDEO: [&str; 16] =
    ["mp4", "webm", "mov", "mkv", "avi", "m4v", "gif", "mpg", "mpeg", "ogv", "ts", "flv", "wmv", "3gp", "y4m", "webp"];

/// Column names that name a clip, the surest first; compared without case and without anything but letters and digits.
const CLIP_HEADERS: [&str; 16] = [
    "clip",
    "clipname",
    "clipfile",
    "video",
    "videoname",
    "videofile",
    "videofilename",
    "videopath",
    "videoid",
    "file",
    "filename",
    "filepath",
    "path",
    "media",
    "mediafile",
    "name",
];

/// Column names that give a clip's hash.
const HASH_HEADERS: [&str; 4] = ["sha256", "sha256sum", "sha256hex", "contenthash"];

/// Column names that say nothing of what was asked.
const BLAND: [&str; 14] = [
    "score",
    "scores",
    "value",
    "values",
    "label",
    "labels",
    "rating",
    "ratings",
    "answer",
    "result",
    "target",
    "class",
    "gt",
    "prediction",
];

/// A header by its letters and digits alone, in lower case.
pub(crate) fn plain(header: &str) -> String {
    header.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// How surely a column of this name names a clip: smaller is surer.
pub(crate) fn clip_header_rank(header: &str) -> Option<usize> {
    let plain = plain(header);
    CLIP_HEADERS.iter().position(|&known| known == plain)
}

/// Whether a column of this name names a clip, by name or by hash.
pub(crate) fn is_clip_header(header: &str) -> bool {
    clip_header_rank(header).is_some() || is_hash_header(header)
}

/// Whether a column of this name gives a clip's hash.
pub(crate) fn is_hash_header(header: &str) -> bool {
    HASH_HEADERS.contains(&plain(header).as_str())
}

/// Whether a column's name says nothing of what was asked.
pub(crate) fn is_bland(header: &str) -> bool {
    BLAND.contains(&plain(header).as_str())
}

/// The components of a path from the last to the first.
pub(crate) fn components(name: &str) -> impl Iterator<Item = &str> {
    name.rsplit(['/', '\\']).filter(|part| !part.is_empty() && *part != ".")
}

/// The last component of a path, trimmed.
pub(crate) fn base(name: &str) -> &str {
    components(name).next().unwrap_or(name).trim()
}

/// The last component without its extension, whatever that is.
pub(crate) fn stem(name: &str) -> &str {
    let base = base(name);
    match base.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => base,
    }
}

/// A base name without its extension, if that is one of a video: names such as `kling_1.5_0003` have dots of their own.
pub(crate) fn without_video_extension(base: &str) -> Option<&str> {
    let (stem, extension) = base.rsplit_once('.')?;
    (!stem.is_empty() && VIDEO.iter().any(|video| extension.eq_ignore_ascii_case(video))).then_some(stem)
}

/// Whether a text looks like the file name of a video.
pub(crate) fn is_video(text: &str) -> bool {
    without_video_extension(base(text)).is_some()
}

/// A SHA-256 in lower case, if the text is one.
pub(crate) fn sha256(text: &str) -> Option<String> {
    (text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| text.to_ascii_lowercase())
}

/// How many components, from the last to the first, two paths share, without regard to case.
pub(crate) fn shared_components(a: &str, b: &str) -> usize {
    // The last components have been found equal by other rules (extension optional), so they count as shared.
    components(a).skip(1).zip(components(b).skip(1)).take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count() + 1
}

/// The number of the prompt that an IPV-Bench clip was generated from, by its file name.
///
/// Generated clips are called `<generator>_<prompt, 4 digits>_<uuid>.mp4`. Clips from the web have the same form with a
/// source that ends in `_web`, where the number is a mere counter.
pub(crate) fn ipv_prompt_id(name: &str) -> Option<u32> {
    let base = base(name);
    let stem = without_video_extension(base).unwrap_or(base);
    let (rest, uuid) = stem.rsplit_once('_')?;
    let (source, number) = rest.rsplit_once('_')?;
    let groups: Vec<&str> = uuid.split('-').collect();
    let is_uuid = groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let is_number = number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit());
    if !is_uuid || !is_number || source.is_empty() || source.ends_with("_web") {
        return None;
    }
    number.parse().ok()
}

/// The prompt that a clip of VBench was generated from, by its file name: `<prompt>-<number>.mp4`.
pub(crate) fn vbench_prompt(name: &str) -> Option<&str> {
    let base = base(name);
    let (prompt, number) = without_video_extension(base).unwrap_or(base).rsplit_once('-')?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && !prompt.is_empty()).then_some(prompt)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bases_and_extensions() {
        assert_eq!(base("a/b\\c.mp4"), "c.mp4");
        assert_eq!(base("./c.mp4"), "c.mp4");
        assert_eq!(without_video_extension("kling_1.5_0003"), None);
        assert_eq!(without_video_extension("kling_1.5_0003.MP4"), Some("kling_1.5_0003"));
        assert_eq!(stem("x/ratings.v2.csv"), "ratings.v2");
        assert_eq!(stem(".csv"), ".csv");
    }

    #[test]
    fn headers_are_compared_by_letters_and_digits() {
        assert_eq!(clip_header_rank("Video Name"), clip_header_rank("video_name"));
        assert!(clip_header_rank("clip") < clip_header_rank("Name"));
        assert!(is_hash_header("SHA-256"));
        assert_eq!(clip_header_rank("score"), None);
    }

    #[test]
    fn prompts_of_vbench_clips() {
        assert_eq!(vbench_prompt("out/a dog, oil painting-4.mp4"), Some("a dog, oil painting"));
        assert_eq!(vbench_prompt("T-rex 2.0-12.GIF"), Some("T-rex 2.0"));
        assert_eq!(vbench_prompt("a dog-0"), Some("a dog"));
        assert_eq!(vbench_prompt("a dog.mp4"), None);
        assert_eq!(vbench_prompt("a dog-x.mp4"), None);
        assert_eq!(vbench_prompt("-1.mp4"), None);
    }

    #[test]
    fn prompt_numbers_of_generated_clips_only() {
        let uuid = "313c451f-25d2-488b-8ef1-801249393b21";
        assert_eq!(ipv_prompt_id(&format!("x/pyramid_flow_0009_{uuid}.mp4")), Some(9));
        assert_eq!(ipv_prompt_id(&format!("kling_1.5_0301_{uuid}")), Some(301));
        assert_eq!(ipv_prompt_id(&format!("sora_web_0009_{uuid}.mp4")), None);
        assert_eq!(ipv_prompt_id("C-HDFiC2boQ_6_0to118.mp4"), None);
        assert_eq!(ipv_prompt_id(&format!("sora_00a9_{uuid}.mp4")), None);
    }
}
