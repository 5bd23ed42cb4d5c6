//! Multiple-choice questions about clips, from the files of benchmarks.
//!
//! Invariant: which answer is right is never taken over, also where a file says so; questions find their clips by the same
//! rules as annotations do.

use std::collections::BTreeMap;

use reelcheck_judges::Question;
use reelcheck_reference::scoring::{Answer, read};
use reelcheck_reference::{ClipIdentity, HandJoin, ImportError, Imported, Recognised, ReferenceSet, TableFormat};
use reelcheck_types::{Annotation, AnnotationValue, ClipKey};

/// Questions of any number of files.
#[derive(Default)]
pub(crate) struct Questions {
    /// Which clip each question is about: a field for each question, called by its key.
    about: ReferenceSet,
    /// By file name and place in the file.
    by_key: BTreeMap<String, Question>,
}

impl Questions {
    /// Reads the questions of a file that have options and name their clip, and says how many there are.
    ///
    /// # Errors
    /// When the file is of no known kind, or broken.
    pub(crate) fn add(&mut self, file_name: &str, bytes: &[u8]) -> Result<usize, ImportError> {
        let found = read(file_name, bytes, None)?;
        let asked = found.supplement.asked.into_iter().map(|asked| (asked.clip, asked.item, asked.options));
        let items = found.holdings.tasks.iter().flat_map(|task| &task.items).filter_map(|item| match &item.answer {
            Answer::Choice { options, .. } => {
                Some((item.clip.as_str().to_owned(), item.id.as_str().to_owned(), options.to_vec()))
            }
            _ => None,
        });
        let has_options =
            |options: &[String]| options.len() > 1 && options.iter().all(|option| !option.trim().is_empty());
        let questions = asked.chain(items).filter(|(clip, _, options)| !clip.is_empty() && has_options(options));
        let of_file = format!("{file_name}\n");
        self.by_key.retain(|key, _| !key.starts_with(&of_file));
        let mut annotations = Vec::new();
        for (place, (clip, id, options)) in questions.enumerate() {
            // In the file's order, also as text.
            let key = format!("{of_file}{place:08}");
            let value = AnnotationValue::Text(id.clone());
            annotations.push(Annotation { clip: ClipKey::Name(clip), field: key.clone(), value });
            self.by_key.insert(key, Question { id, options });
        }
        let count = annotations.len();
        let recognised = Recognised::Table { format: TableFormat::JsonKeyed, clip_column: None, rows: count };
        self.about.add(Imported {
            file: file_name.to_owned(),
            recognised,
            fields: Vec::new(),
            annotations,
            prompts: Vec::new(),
            same_clips: Vec::new(),
            warnings: Vec::new(),
        });
        Ok(count)
    }

    /// The questions about a clip, in the order of the files.
    pub(crate) fn about(&self, clip: &ClipIdentity, by_hand: &[HandJoin]) -> Vec<Question> {
        if self.about.is_empty() {
            return Vec::new();
        }
        let mut about = self.about.clone();
        by_hand.iter().filter(|join| join.clip == clip.name).for_each(|join| about.join_by_hand(join.clone()));
        let joined = about.join(std::slice::from_ref(clip));
        let keys = joined.clips.iter().flat_map(|clip| clip.values.keys());
        keys.filter_map(|key| self.by_key.get(key).cloned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"{
        "7": { "video_name": "a.mp4", "question": "\nChoose.\nWhat is impossible?\nA. one\nB. two\nC. three\nD. four\nE. five\n" },
        "9": { "video_name": "a.mp4", "question": "\nChoose.\nWhat is impossible?\nA. six\nB. two\nC. three\nD. four\nE. five\n" },
        "8": { "video_name": "b.mp4", "question": "\nChoose.\nWhat is impossible?\nA. x\nB. two\nC. three\nD. four\nE. five\n" }
    }"#;

    fn ids(questions: &Questions, name: &str, by_hand: &[HandJoin]) -> Vec<String> {
        let clip = ClipIdentity { name: name.to_owned(), sha256: None };
        questions.about(&clip, by_hand).into_iter().map(|question| question.id).collect()
    }

    #[test]
    fn questions_find_their_clips_by_name_or_by_hand() {
        let mut questions = Questions::default();
        assert!(ids(&questions, "a.mp4", &[]).is_empty());
        assert_eq!(questions.add("mcqa_question.json", FILE.as_bytes()).unwrap(), 3);
        assert_eq!(ids(&questions, "folder/a.mp4", &[]), ["7", "9"]);
        let join = HandJoin { clip: "other.mp4".to_owned(), key: ClipKey::Name("b.mp4".to_owned()) };
        assert_eq!(ids(&questions, "other.mp4", &[join]), ["8"]);
        // A file of the same name replaces the one before it.
        let less = FILE.replacen("\"9\": { \"video_name\": \"a.mp4\"", "\"9\": { \"video_name\": \"c.mp4\"", 1);
        assert_eq!(questions.add("mcqa_question.json", less.as_bytes()).unwrap(), 3);
        assert_eq!(ids(&questions, "a.mp4", &[]), ["7"]);
        assert!(questions.add("broken.json", b"{").is_err());
    }
}
