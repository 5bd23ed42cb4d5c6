//! Foreign text inside CSV, Markdown, LaTeX and HTML: always text, never a formula, a tag or a command.

/// A cell of an RFC 4180 table: quoted where needed, and without the meaning that a spreadsheet gives to a leading sign.
#[must_use]
pub fn csv_cell(text: &str) -> String {
    let armed = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if armed { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// Text inside a Markdown table's cell, with everything escaped that would be read as markup.
#[must_use]
pub fn markdown_text(raw: &str) -> String {
    let mut escaped = String::with_capacity(raw.len());
    for c in raw.chars() {
        match c {
            '|' | '*' | '_' | '`' | '[' | ']' | '<' | '>' | '\\' | '~' | '$' => {
                escaped.push('\\');
                escaped.push(c);
            }
            // An entity is a tag by another name.
            '&' => escaped.push_str("&amp;"),
            '\n' | '\r' => escaped.push(' '),
            _ => escaped.push(c),
        }
    }
    escaped
}

/// Text in LaTeX, with every character escaped that is a command. Control characters become blanks.
#[must_use]
pub fn latex_text(raw: &str) -> String {
    let mut escaped = String::with_capacity(raw.len());
    for c in raw.chars() {
        match c {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => {
                escaped.push('\\');
                escaped.push(c);
            }
            '\\' => escaped.push_str("\\textbackslash{}"),
            '~' => escaped.push_str("\\textasciitilde{}"),
            '^' => escaped.push_str("\\textasciicircum{}"),
            '<' => escaped.push_str("\\textless{}"),
            '>' => escaped.push_str("\\textgreater{}"),
            '|' => escaped.push_str("\\textbar{}"),
            '"' => escaped.push_str("\\textquotedbl{}"),
            _ if c.is_control() => escaped.push(' '),
            _ => escaped.push(c),
        }
    }
    escaped
}

/// Text in HTML, between tags or within a quoted attribute. Control characters become blanks.
#[must_use]
pub fn html_text(raw: &str) -> String {
    let mut escaped = String::with_capacity(raw.len());
    for c in raw.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ if c.is_control() => escaped.push(' '),
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_stays_text() {
        assert_eq!(csv_cell("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        assert_eq!(csv_cell("@a"), "'@a");
        assert_eq!(csv_cell("a,b"), "\"a,b\"");
        assert_eq!(markdown_text("<b>|x|\n&lt;"), "\\<b\\>\\|x\\| &amp;lt;");
        assert_eq!(html_text("<a href='x\">&\n"), "&lt;a href=&#39;x&quot;&gt;&amp; ");
        assert_eq!(latex_text("50%_\\input{x}"), "50\\%\\_\\textbackslash{}input\\{x\\}");
    }
}
