//! VBench's list of prompts: what each clip was asked to show, and for some of them in which style.
//!
//! Source of the shape: `VBench_full_info.json` of Vchitect/VBench, a list of `{"prompt_en": text, "dimension": [name, …],
//! "auxiliary_info": {dimension: {…}}}`. Invariant: the prompt is kept verbatim, since clips are found by it: they are called
//! `<prompt>-<number>.mp4`.

use super::fields::Fields;
use super::json::{Entry, Node};
use super::{Content, bad};
use crate::error::Fault;
use crate::imported::{FieldKind, Prompt, Recognised};
use crate::names;

/// The prompt that the clip was generated from.
pub(crate) const PROMPT: &str = "vbench.prompt";
/// The style that the prompt asks for, which VBench compares the clip with.
pub(crate) const STYLE: &str = "vbench.appearance_style";

const STYLE_MEMBER: &str = "appearance_style";

/// Whether an element of a list is a prompt of VBench's; a row that names its clip is one of a table.
pub(crate) fn is_prompt(element: &Node<'_>) -> bool {
    let names_clip = |(key, node): &Entry<'_>| names::is_clip_header(key) && node.text().is_some();
    element.get("prompt_en").is_some()
        && element.get("dimension").is_some_and(|of| of.elements().is_some())
        && !element.entries().is_some_and(|entries| entries.iter().any(names_clip))
}

/// Reads the document if it is the list.
///
/// # Errors
/// When it is, and an entry does not fit.
pub(super) fn recognise(root: &Node<'_>) -> Result<Option<Content>, Fault> {
    let Some(elements) = root.elements().filter(|elements| elements.first().is_some_and(is_prompt)) else {
        return Ok(None);
    };
    let prompts = elements.iter().enumerate().map(prompt).collect::<Result<Vec<Prompt>, Fault>>()?;
    let styles = prompts.iter().filter(|prompt| prompt.style.is_some()).count();
    let fields = Fields::new(&[(PROMPT, FieldKind::Text), (STYLE, FieldKind::Text)]);
    let recognised = Recognised::VbenchPrompts { prompts: prompts.len(), styles };
    Ok(Some(fields.into_content_of_prompts(recognised, prompts)))
}

fn prompt((place, entry): (usize, &Node<'_>)) -> Result<Prompt, Fault> {
    let text = |node: &Node<'_>| node.text().filter(|text| !text.trim().is_empty()).map(str::to_owned);
    let what = |member: &str| format!("{member} of prompt {}", place + 1);
    let wanted = entry.get("prompt_en").unwrap_or(entry);
    let prompt = text(wanted).ok_or_else(|| bad(what("prompt_en"), wanted, "a text"))?;
    let style = entry.get("auxiliary_info").and_then(|info| info.get(STYLE_MEMBER));
    let style = style.map(|info| {
        let node = info.get(STYLE_MEMBER).unwrap_or(info);
        text(node).ok_or_else(|| bad(what(STYLE_MEMBER), node, "{\"appearance_style\": the style's name}"))
    });
    Ok(Prompt { id: None, text: prompt, path: Vec::new(), style: style.transpose()? })
}
