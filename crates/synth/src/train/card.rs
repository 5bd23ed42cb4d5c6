//! The model card: what the network is, what it learned from, how well it does, and what it cannot do.
//!
//! Invariant: every number comes from the results that are handed in, with its interval and the blind floor beside it.

use std::fmt::Write;

use reelcheck_models::plausibility::{Weights, layers};

use super::Options;
use super::evaluate::{self, Estimate, Result as Judged, estimate};
use super::sets::{HELD_OUT_KINDS, HELD_OUT_LOOKS, Split};

/// What a result is called, how it is computed, and what a judge without understanding gets.
type Row = (&'static str, fn(&[&Judged]) -> f64, Floor);

/// The blind floor of a row.
enum Floor {
    /// A fixed number.
    Fixed(&'static str),
    /// The same computed from motion energy alone.
    Energy(fn(&[&Judged]) -> f64),
}

const ROWS: [Row; 6] = [
    ("AUROC", evaluate::auroc, Floor::Energy(evaluate::energy_auroc)),
    ("twin accuracy", evaluate::twin_accuracy, Floor::Energy(evaluate::energy_twin_accuracy)),
    ("accuracy at 0.5", evaluate::accuracy, Floor::Fixed("0.500")),
    ("interval overlap (IoU)", evaluate::temporal_overlap, Floor::Fixed("–")),
    ("strongest cell in the box", evaluate::pointing, Floor::Fixed("–")),
    ("law named right", evaluate::law_accuracy, Floor::Fixed("–")),
];

/// Writes the card.
pub fn write(options: &Options, weights: &Weights, measured: &[(Split, Vec<Judged>)], secs: f64) -> String {
    let mut card = String::new();
    // Writing to a string cannot fail.
    let _ = head(&mut card, options, weights, secs);
    let _ = tables(&mut card, weights, measured);
    card.push_str(LIMITS);
    card
}

fn head(card: &mut String, options: &Options, weights: &Weights, secs: f64) -> std::fmt::Result {
    let schedule = &options.schedule;
    let names = |names: Vec<&str>| names.join(", ");
    writeln!(card, "# `plausibility`: does a clip show something impossible?\n")?;
    writeln!(
        card,
        "A network of {} numbers in {} linear layers. It sees pictures whose longer side has 64 pixels, at about 8 per second,\n\
         cut into overlapping patches of 6 × 6 pixels; compares each patch with the ones a moment before and after; puts two by\n\
         two cells together; and lets three blocks look at neighbours in place and up to 8 pictures away in time. Every cell of\n\
         4 × 4 pixels gets a logit at every moment: these are the heat map. Their smooth maximum over cells is the curve; over\n\
         cells and times, together with what the strongest cells hold, the verdict. `network.rs` is the whole definition.\n",
        weights.parameters(),
        layers(weights.laws().len()).len()
    )?;
    writeln!(
        card,
        "This file is written by the program that trains the network; edit `crates/synth/src/train/card.rs`.\n"
    )?;
    writeln!(card, "## Training\n")?;
    writeln!(
        card,
        "    cargo run -p reelcheck-synth --release -- train --seed {} --twins {} --held-out {} \\\n        --steps {} --batch {} --part {} --focused {} --learning-rate {} --out crates/models/src/plausibility\n",
        options.seed,
        options.twins,
        options.held_out,
        schedule.steps,
        schedule.batch,
        schedule.part,
        schedule.focused,
        schedule.learning_rate
    )?;
    writeln!(
        card,
        "{} twins drawn by `crates/synth` (seed {}): a possible and an impossible clip of 3 seconds that differ in nothing but\n\
         the event. {} steps of {} twins with AdamW, mirrored, shifted, recoloured and cut in time at random; {:.0} minutes on {}\n\
         threads of the CPU, with the drawing. The loss adds cross-entropy of clips, the ranking of twins, the law, and\n\
         cross-entropy over pictures and cells, whose truth the generator knows. The same seed and number of steps give the\n\
         same file on the same machine, whatever the number of threads.\n",
        options.twins,
        options.seed,
        schedule.steps,
        schedule.batch,
        secs / 60.0,
        schedule.threads
    )?;
    if let Some(history) = &options.history {
        writeln!(card, "It went on from weights that came about so: {history}\n")?;
    }
    writeln!(
        card,
        "- kinds that were learned: {}",
        names(Split::Train.kinds().iter().map(|kind| kind.id()).collect())
    )?;
    writeln!(card, "- kinds held out: {}", names(HELD_OUT_KINDS.iter().map(|kind| kind.id()).collect()))?;
    writeln!(
        card,
        "- looks that were learned: {}",
        names(Split::Train.looks().iter().map(|look| look.id()).collect())
    )?;
    writeln!(card, "- looks held out: {}\n", names(HELD_OUT_LOOKS.iter().map(|look| look.id()).collect()))
}

fn tables(card: &mut String, weights: &Weights, measured: &[(Split, Vec<Judged>)]) -> std::fmt::Result {
    writeln!(card, "## Results\n")?;
    writeln!(
        card,
        "On twins that took no part in training, with the rounded weights that are shipped. In brackets: the interval that holds\n\
         the number in 95 of 100 sets of twins redrawn with replacement. The floor is what the largest difference between two\n\
         neighbouring pictures gives as a score, or a coin. IoU: the stretch around the curve's peak where it is at least half\n\
         as high, against the event's interval, over impossible clips.\n"
    )?;
    let temperature = f64::from(weights.temperature());
    for (split, results) in measured {
        let all: Vec<&Judged> = results.iter().collect();
        writeln!(card, "### {}: {} twins\n", split.id().replace('-', " "), all.len())?;
        writeln!(card, "| | result | floor |\n| --- | --- | --- |")?;
        for (name, number, floor) in &ROWS {
            if *split == Split::Kinds && *name == "law named right" {
                continue;
            }
            let floor = match floor {
                Floor::Fixed(text) => (*text).to_owned(),
                Floor::Energy(number) => format!("{:.3}", number(&all)),
            };
            writeln!(card, "| {name} | {} | {floor} |", shown(estimate(&all, number)))?;
        }
        let error = estimate(&all, |results| evaluate::calibration_error(results, temperature));
        writeln!(card, "| calibration error (ECE, {} bins) | {} | – |\n", evaluate::BINS, shown(error))?;
        group(card, "kind", &all, |result| &result.kind)?;
        group(card, "look", &all, |result| &result.look)?;
    }
    writeln!(card, "### Reliability\n")?;
    writeln!(
        card,
        "Temperature {temperature:.3}, set together with the last bias on a validation set of its own. For each bin of probabilities: clips, their mean\nprobability, and the share of them that is impossible.\n"
    )?;
    for (split, results) in measured {
        let all: Vec<&Judged> = results.iter().collect();
        writeln!(card, "| {} | clips | said | is |\n| --- | --- | --- | --- |", split.id().replace('-', " "))?;
        for (bin, [clips, said, is]) in evaluate::reliability(&all, temperature).into_iter().enumerate() {
            let edge = |bin: usize| bin as f64 / evaluate::BINS as f64;
            if clips > 0.0 {
                writeln!(card, "| {:.1} to {:.1} | {clips} | {said:.3} | {is:.3} |", edge(bin), edge(bin + 1))?;
            }
        }
        writeln!(card)?;
    }
    Ok(())
}

/// A table of results by something that they have.
fn group<'a>(card: &mut String, title: &str, all: &[&'a Judged], key: fn(&'a Judged) -> &'a str) -> std::fmt::Result {
    writeln!(card, "| {title} | twins | twin accuracy | AUROC | IoU |\n| --- | --- | --- | --- | --- |")?;
    for (name, results) in evaluate::by(all, key) {
        let (twins, auroc) = (estimate(&results, evaluate::twin_accuracy), evaluate::auroc(&results));
        let overlap = evaluate::temporal_overlap(&results);
        // Events that last all the clip have no interval to find.
        let overlap = if overlap.is_nan() { "–".to_owned() } else { format!("{overlap:.3}") };
        writeln!(card, "| {name} | {} | {} | {auroc:.3} | {overlap} |", results.len(), shown(twins))?;
    }
    writeln!(card)
}

fn shown(estimate: Estimate) -> String {
    format!("{:.3} [{:.3}, {:.3}]", estimate.value, estimate.low, estimate.high)
}

const LIMITS: &str = "\
## Limits

- It was trained on drawings alone. On real or generated video its verdict is a demonstration of the method, not a
  measurement: `NOTES.md` beside this file says what it gave real clips, which targets it missed, and what was tried.
- It knows the kinds of events listed above. An impossible event that looks like none of them may get a low score.
- A ball of fewer than four pixels in a picture of 64 is below what it can see.
- Probabilities are calibrated for clips of which half are impossible.

Licensed like the code: MIT OR Apache-2.0.
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::fit::Schedule;
    use crate::train::init;

    #[test]
    fn the_card_has_a_table_for_every_set() {
        let result = Judged {
            kind: "vanish".into(),
            look: "studio".into(),
            possible: -1.0,
            impossible: 2.0,
            law_found: true,
            overlap: Some(0.75),
            pointed: 1.0,
            energy: [1.0, 2.0],
        };
        let schedule =
            Schedule { steps: 7, batch: 8, part: 4, focused: 0.5, learning_rate: 0.001, threads: 2, seed: 3 };
        let options = Options {
            seed: 3,
            out: "out".into(),
            data: "data".into(),
            twins: 5,
            held_out: 1,
            schedule,
            from: None,
            history: None,
        };
        let weights = init::weights(vec!["gravity".into()], 1).unwrap();
        let measured = Split::MEASURED.map(|split| (split, vec![result.clone(); 4]));
        let card = write(&options, &weights, &measured, 90.0);
        assert_eq!(card.matches("| twin accuracy | 1.000 [1.000, 1.000] | 1.000 |").count(), 3, "{card}");
        assert!(card.contains("--seed 3 --twins 5") && card.contains("| 0.2 to 0.3 | 4 | 0.269 | 0.000 |"), "{card}");
    }
}
