//! The plan, the run and the report.
//!
//! [`ClipRun`] takes the decoded frames of one clip and feeds all judges from one pass, or from two side by side, where a
//! [`Panel`] of some of them has a thread of its own; [`Session`] collects what became
//! of each clip, joins the references and gives the [`Report`]. What happens on the way is told as one closed enum,
//! [`Event`]. Invariant: no browser and no file system here; whoever owns the decoder drives the run, and the same code
//! runs natively and in the page, so that their reports can be compared field by field.

mod compare;
mod event;
mod export;
mod failure;
mod panel;
mod passes;
mod questions;
mod report;
mod run;
mod session;
mod summary;

pub use compare::{CPU_TOLERANCE, Change, Comparison, Flip, JudgeChange, WEBGPU_TOLERANCE, compare};
pub use event::Event;
pub use export::{Pictures, ReportFormat, export, to_csv, to_html, to_latex, to_markdown, to_predictions, to_vbench};
pub use failure::{ClipFailure, FailureKind};
pub use panel::{Panel, RunError};
pub use passes::Pass;
pub use report::{
    Backend, ClipOutcome, ClipReport, Decoding, DeviceReport, Environment, Fallback, PlaneHash, REPORT_SCHEMA,
    REPORT_VERSION, Recorded, Report, ReportError, SamplingRecord, SelfTestReport, Warning,
};
pub use run::ClipRun;
pub use session::{JudgeSelection, Session, UnknownJudge};
pub use summary::{Confusion, End, JudgeSummary, Normalized, Spread, Summary, summarize};

/// The JSON Schema of [`Report`], version 1.
pub fn report_schema() -> schemars::Schema {
    schemars::schema_for!(Report)
}

/// The JSON Schema of [`Event`].
pub fn event_schema() -> schemars::Schema {
    schemars::schema_for!(Event)
}

/// The JSON Schema of a report's [`Summary`], with its [`Comparison`] with another one beside it.
pub fn summary_schema() -> schemars::Schema {
    let mut generator = schemars::SchemaGenerator::default();
    generator.subschema_for::<Comparison>();
    generator.into_root_schema_for::<Summary>()
}

/// The JSON Schema of a [`ScoreReport`](reelcheck_reference::scoring::ScoreReport), with the types of what is asked for
/// beside it: pages of items, and the mapping of a table's columns.
pub fn scores_schema() -> schemars::Schema {
    use reelcheck_reference::scoring::{ColumnMapping, ItemPage, ItemQuery, ScoreReport};
    let mut generator = schemars::SchemaGenerator::default();
    generator.subschema_for::<ColumnMapping>();
    generator.subschema_for::<ItemQuery>();
    generator.subschema_for::<ItemPage>();
    generator.into_root_schema_for::<ScoreReport>()
}
