//! Ratings of clips in tables: VideoPhy's inputs and outputs, and labels for the IPV-Score.
//!
//! Source of the shapes: Hritikbansal/videophy (`videopath`, `caption` or `prompt`, `score`, `sa`, `pc`) and the protocol of
//! IPV-Bench, where people say for each clip whether its visual quality is good and whether it follows its prompt.
//! Invariant: a clip is one row with one rating per rater, missing ones kept as missing.

use std::collections::HashMap;

use super::build::{Source, Tally};
use super::sheet::{Cell, Sheet};
use super::{ClipFacet, Content, Format, Notice};
use crate::error::{Fault, Problem, shown};
use crate::names;
use crate::scoring::model::{Benchmark, RatingRow, Ratings};

/// Reads the table if it is one of ratings.
///
/// # Errors
/// When it is one and a value is no rating.
pub(super) fn recognise(source: &Source<'_>, sheet: &Sheet<'_>) -> Result<Option<Content>, Fault> {
    let plain: Vec<String> = sheet.columns.iter().map(|column| names::plain(column)).collect();
    let at = |known: &[&str]| known.iter().find_map(|name| plain.iter().position(|column| column == name));
    if let (Some(quality), Some(following)) =
        (at(&["visualquality", "vq"]), at(&["promptfollowing", "pf", "promptfollow", "followsprompt"]))
    {
        return ipv_labels(source, sheet, quality, following).map(Some);
    }
    let text = at(&["caption", "prompt"]);
    if let (Some(path), Some(_)) = (at(&["videopath", "videourl"]), text) {
        return videophy(source, sheet, path, &plain).map(Some);
    }
    Ok(None)
}

/// The rows of a table by clip and rater.
struct Rows<'s> {
    clips: Vec<&'s str>,
    by_clip: HashMap<&'s str, usize>,
    raters: HashMap<&'s str, usize>,
}

impl<'s> Rows<'s> {
    /// The places of a row's clip and rater; without raters, the n-th row of a clip is its n-th rater's.
    fn place(&mut self, clip: &'s str, rater: Option<&'s str>) -> (usize, Option<usize>) {
        let next = self.clips.len();
        let place = *self.by_clip.entry(clip).or_insert(next);
        if place == next {
            self.clips.push(clip);
        }
        let raters = self.raters.len();
        (place, rater.map(|rater| *self.raters.entry(rater).or_insert(raters)))
    }
}

/// Most raters of one table, and so of one row.
const MAX_RATERS: usize = 1000;

fn collect(
    source: &Source<'_>,
    sheet: &Sheet<'_>,
    clip: usize,
    rater: Option<usize>,
    columns: &[usize],
    warnings: &mut Vec<Notice>,
) -> Result<Vec<Vec<RatingRow>>, Fault> {
    let texts: Vec<[Option<&str>; 2]> = (0..sheet.len())
        .map(|row| {
            let cell = |column: usize| sheet.cell(row, column).text(source.text);
            [cell(clip), rater.and_then(cell)]
        })
        .collect();
    let mut rows = Rows { clips: Vec::new(), by_clip: HashMap::new(), raters: HashMap::new() };
    let mut ratings: Vec<Vec<Vec<Option<f64>>>> = vec![Vec::new(); columns.len()];
    let mut without = Tally::default();
    for (row, [clip, rater]) in texts.iter().enumerate() {
        let Some(clip) = clip.as_deref().filter(|clip| !clip.trim().is_empty()) else {
            without.add("", sheet.line(row));
            continue;
        };
        let (place, rater) = rows.place(clip, rater.as_deref());
        for (ratings, &column) in ratings.iter_mut().zip(columns) {
            if ratings.len() <= place {
                ratings.resize(place + 1, Vec::new());
            }
            let value = rating(source, sheet, row, column)?;
            let of_clip = &mut ratings[place];
            let at = rater.unwrap_or(of_clip.len());
            if at >= MAX_RATERS {
                let expected = format!("at most {MAX_RATERS} ratings of one clip");
                return Err(bad(source, sheet, row, column, &expected));
            }
            if of_clip.len() <= at {
                of_clip.resize(at + 1, None);
            }
            of_clip[at] = of_clip[at].or(value);
        }
    }
    if without.count > 0 {
        warnings.push(Notice::RowsLeftOut { count: without.count, what: super::RowLacks::Clip, line: without.line });
    }
    let raters = rows.raters.len();
    let clips = rows.clips;
    Ok(ratings
        .into_iter()
        .map(|ratings| {
            let row = |(clip, mut ratings): (&&str, Vec<Option<f64>>)| {
                // Raters after a clip's last one gave none.
                ratings.resize(ratings.len().max(raters), None);
                RatingRow { clip: (*clip).to_owned(), ratings }
            };
            clips.iter().zip(ratings).map(row).collect()
        })
        .collect())
}

/// A rating: a number, or a word for good or bad.
fn rating(source: &Source<'_>, sheet: &Sheet<'_>, row: usize, column: usize) -> Result<Option<f64>, Fault> {
    const GOOD: [&str; 7] = ["yes", "true", "good", "pass", "y", "1", "high"];
    const BAD: [&str; 8] = ["no", "false", "bad", "fail", "n", "0", "poor", "low"];
    const NONE: [&str; 6] = ["", "na", "nan", "none", "null", "nil"];
    let cell: Cell<'_> = sheet.cell(row, column);
    if let Some(number) = cell.number() {
        return Ok(Some(number));
    }
    let Some(text) = cell.text(source.text) else { return Ok(None) };
    let word = names::plain(text);
    if GOOD.contains(&word.as_str()) {
        Ok(Some(1.0))
    } else if BAD.contains(&word.as_str()) {
        Ok(Some(0.0))
    } else if NONE.contains(&word.as_str()) {
        Ok(None)
    } else {
        Err(bad(source, sheet, row, column, "a number, or yes or no"))
    }
}

fn bad(source: &Source<'_>, sheet: &Sheet<'_>, row: usize, column: usize, expected: &str) -> Fault {
    let found = sheet
        .cell(row, column)
        .text(source.text)
        .map_or_else(|| "nothing".to_owned(), |text| format!("{:?}", shown(text)));
    let what = format!("column {:?} in line {}", shown(&sheet.columns[column]), sheet.line(row));
    Fault::file(Problem::BadValue { what, found, expected: expected.to_owned() })
}

fn ipv_labels(source: &Source<'_>, sheet: &Sheet<'_>, quality: usize, following: usize) -> Result<Content, Fault> {
    let unmapped = |expected: &str| {
        Fault::file(Problem::UnmappedColumns { columns: sheet.found(source.text), expected: expected.to_owned() })
    };
    let rank = |column: &usize| names::clip_header_rank(&sheet.columns[*column]);
    let clip = (0..sheet.columns.len()).filter(|column| rank(column).is_some()).min_by_key(rank);
    let named = |known: &str| sheet.columns.iter().position(|column| names::plain(column) == known);
    let prompt = named("promptid");
    let clip = clip
        .or(prompt)
        .ok_or_else(|| unmapped("a column that names the clip (clip, video, file, …) or a prompt_id"))?;
    let rater = ["rater", "annotator", "worker", "user"].iter().find_map(|name| named(name));
    let mut content = Content::new(Format::IpvScoreLabels { clips: 0, raters: 0 });
    let both = collect(source, sheet, clip, rater, &[quality, following], &mut content.warnings)?;
    let clips = both.first().map_or(0, Vec::len);
    let raters = both.iter().flatten().map(|row| row.ratings.len()).max().unwrap_or(0);
    content.format = Format::IpvScoreLabels { clips, raters };
    content.holdings.ratings = both
        .into_iter()
        .zip(["visual quality", "prompt following"])
        .map(|(rows, dimension)| Ratings {
            file: source.file.to_owned(),
            rater: "human".to_owned(),
            dimension: dimension.to_owned(),
            rows,
        })
        .collect();
    for facet in ["domain", "category"] {
        let Some(column) = named(facet) else { continue };
        for row in 0..sheet.len() {
            let texts = (sheet.cell(row, clip).text(source.text), sheet.cell(row, column).text(source.text));
            if let (Some(clip), Some(value)) = texts {
                content.supplement.clips.push(ClipFacet {
                    benchmark: Benchmark::IpvBench,
                    clip: clip.to_owned(),
                    facet: facet.to_owned(),
                    value: value.trim().to_lowercase(),
                    only: None,
                });
            }
        }
    }
    Ok(content)
}

fn videophy(source: &Source<'_>, sheet: &Sheet<'_>, path: usize, plain: &[String]) -> Result<Content, Fault> {
    // A judge's output has one score, of the aspect that its file is named after.
    let words: Vec<String> = source.stem().split(['_', '-', '.', ' ']).map(str::to_lowercase).collect();
    let says = |word: &str| words.iter().any(|known| known == word);
    let aspect = if says("sa") && !says("pc") {
        "semantic adherence"
    } else if says("pc") && !says("sa") {
        "physical commonsense"
    } else {
        "overall"
    };
    let known = [
        ("sa", "semantic adherence", "human"),
        ("semanticadherence", "semantic adherence", "human"),
        ("pc", "physical commonsense", "human"),
        ("physicalcommonsense", "physical commonsense", "human"),
        ("physicscommonsense", "physical commonsense", "human"),
        ("joint", "joint", "human"),
        ("score", aspect, "judge"),
    ];
    let found: Vec<(usize, &str, &str)> = known
        .iter()
        .filter_map(|(name, dimension, rater)| {
            Some((plain.iter().position(|column| column == name)?, *dimension, *rater))
        })
        .collect();
    let columns: Vec<usize> = found.iter().map(|(column, ..)| *column).collect();
    let mut content = Content::new(Format::VideoPhy { rows: sheet.len(), ratings: 0 });
    let all = collect(source, sheet, path, None, &columns, &mut content.warnings)?;
    let ratings = all.iter().flatten().flat_map(|row| &row.ratings).flatten().count();
    content.format = Format::VideoPhy { rows: sheet.len(), ratings };
    content.holdings.ratings = all
        .into_iter()
        .zip(found)
        .map(|(rows, (_, dimension, rater))| Ratings {
            file: source.file.to_owned(),
            rater: rater.to_owned(),
            dimension: dimension.to_owned(),
            rows,
        })
        .collect();
    Ok(content)
}
