//! The authors' names of tensors (princeton-vl/RAFT) as torchvision's.

/// Parts of names, the longer ones first where one begins with another.
const PARTS: [(&str, &str); 16] = [
    ("fnet.", "feature_encoder."),
    ("cnet.", "context_encoder."),
    ("update_block.encoder.convc1.", "update_block.motion_encoder.convcorr1.0."),
    ("update_block.encoder.convc2.", "update_block.motion_encoder.convcorr2.0."),
    ("update_block.encoder.convf1.", "update_block.motion_encoder.convflow1.0."),
    ("update_block.encoder.convf2.", "update_block.motion_encoder.convflow2.0."),
    ("update_block.encoder.conv.", "update_block.motion_encoder.conv.0."),
    ("update_block.gru.convz1.", "update_block.recurrent_block.convgru1.convz."),
    ("update_block.gru.convr1.", "update_block.recurrent_block.convgru1.convr."),
    ("update_block.gru.convq1.", "update_block.recurrent_block.convgru1.convq."),
    ("update_block.gru.convz2.", "update_block.recurrent_block.convgru2.convz."),
    ("update_block.gru.convr2.", "update_block.recurrent_block.convgru2.convr."),
    ("update_block.gru.convq2.", "update_block.recurrent_block.convgru2.convq."),
    ("update_block.gru.", "update_block.recurrent_block.convgru1."),
    ("update_block.mask.0.", "mask_predictor.convrelu.0."),
    ("update_block.mask.2.", "mask_predictor.conv."),
];

/// torchvision's name of a tensor; `None` for one that is there under another name, too.
pub(super) fn torchvision(name: &str) -> Option<String> {
    let name = name.strip_prefix("module.").unwrap_or(name);
    let Some((theirs, ours)) = PARTS.iter().find(|(theirs, _)| name.starts_with(theirs)) else {
        return Some(name.to_owned());
    };
    let rest = &name[theirs.len()..];
    if !theirs.ends_with("net.") {
        return Some(format!("{ours}{rest}"));
    }
    encoder(rest).map(|rest| format!("{ours}{rest}"))
}

/// A name within an encoder.
fn encoder(name: &str) -> Option<String> {
    let parts: Vec<&str> = name.split('.').collect();
    match parts.as_slice() {
        ["conv1", what] => Some(format!("convnormrelu.0.{what}")),
        ["norm1", what] => Some(format!("convnormrelu.1.{what}")),
        ["conv2", what] => Some(format!("conv.{what}")),
        [layer, block, "downsample", index, what] => Some(format!("{layer}.{block}.downsample.{index}.{what}")),
        // The norm of the way past is also the second part of `downsample`.
        [_, _, "norm3" | "norm4", _] => None,
        [layer, block, part, what] => {
            let numbered = |kind: &str, index: usize| {
                let number = part.strip_prefix(kind)?;
                Some(format!("{layer}.{block}.convnormrelu{number}.{index}.{what}"))
            };
            Some(numbered("conv", 0).or_else(|| numbered("norm", 1)).unwrap_or_else(|| name.to_owned()))
        }
        _ => Some(name.to_owned()),
    }
}
