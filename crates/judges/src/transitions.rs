//! Transitions between peaks and valleys, cell by cell, and where in the picture many cells have flashed.
//!
//! Invariant: a cell's transitions alternate, up and down, and two of them are a flash. Which change is large enough to be
//! a transition is left to the judge.

use std::collections::VecDeque;
use std::ops::Range;

use reelcheck_types::Timestamp;

/// The time over which flashes are counted, in microseconds. Exactly one second apart is no longer within one second.
const SECOND_MICROS: i64 = 1_000_000;

/// Transitions less than this apart, in microseconds, are concurrent: a frame of 25 Hz television, for which the limits were
/// set. Cells that flicker each in their own time, as moving texture does, make no flash.
const MOMENT_MICROS: i64 = 40_000;

/// The screen that WCAG's estimate of a visual field assumes, in pixels.
const SCREEN: (f64, f64) = (1024.0, 768.0);

/// A visual field of 10 degrees on that screen, in pixels.
const FIELD: (f64, f64) = (341.0, 256.0);

/// The share of a field above which flashes count.
const SHARE: f64 = 0.25;

/// The way of a transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Unknown,
    Up,
    Down,
}

/// What one cell remembers besides its lowest and its highest value.
#[derive(Clone, Copy, Debug)]
struct Turn {
    /// The way of the latest transition.
    way: Way,
    /// When that was.
    since: Timestamp,
    /// The way of the latest transition that was counted.
    counted: Way,
}

impl Turn {
    /// Whether the latest transition went this way, a moment ago.
    fn just_went(&self, way: Way, now: Timestamp) -> bool {
        self.way == way && now.as_micros() - self.since.as_micros() < MOMENT_MICROS
    }
}

/// A quantity whose transitions are looked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quantity {
    /// No change below this is a transition.
    pub(crate) smallest: u32,
    /// Whether a change is a transition, from the lower and the higher of two values.
    pub(crate) is_transition: fn(u32, u32) -> bool,
}

/// The transitions of the last second in all cells of a picture.
#[derive(Clone, Debug)]
pub(crate) struct Recent {
    grid: Grid,
    quantity: Quantity,
    /// The lowest value since the latest transition, by cell.
    lowest: Vec<u32>,
    /// The highest value since the latest transition, by cell.
    highest: Vec<u32>,
    turns: Vec<Turn>,
    /// Transitions that were counted in the last second, by cell.
    counts: Vec<u16>,
    /// Frames of the last second at which transitions were counted, and the cells that had them.
    frames: VecDeque<(Timestamp, Vec<u32>)>,
}

/// Cells that are passed over together where nothing changes by much.
const TOGETHER: usize = 8;

impl Recent {
    /// Nothing seen yet.
    pub(crate) const fn new(grid: Grid, quantity: Quantity) -> Self {
        Self {
            grid,
            quantity,
            lowest: Vec::new(),
            highest: Vec::new(),
            turns: Vec::new(),
            counts: Vec::new(),
            frames: VecDeque::new(),
        }
    }

    /// Goes on to the next frame, of one value for each cell.
    pub(crate) fn push(&mut self, now: Timestamp, values: &[u32]) {
        let is_old = |then: Timestamp| now.as_micros() - then.as_micros() >= SECOND_MICROS;
        while let Some((_, old)) = self.frames.pop_front_if(|(then, _)| is_old(*then)) {
            old.into_iter().for_each(|cell| self.counts[cell as usize] -= 1);
        }
        if self.turns.is_empty() {
            (self.lowest, self.highest) = (values.to_vec(), values.to_vec());
            self.turns = vec![Turn { way: Way::Unknown, since: now, counted: Way::Unknown }; values.len()];
            self.counts = vec![0; values.len()];
            return;
        }
        let (mut up, mut down) = (false, false);
        let (wholes, rest) = values.as_chunks::<TOGETHER>();
        for (index, whole) in wholes.iter().enumerate() {
            let first = index * TOGETHER;
            if !self.widen(first, whole) {
                for (cell, &value) in (first..).zip(whole) {
                    let way = self.go_on(cell, now, value);
                    up |= way == Way::Up;
                    down |= way == Way::Down;
                }
            }
        }
        for (cell, &value) in (wholes.len() * TOGETHER..).zip(rest) {
            let way = self.go_on(cell, now, value);
            up |= way == Way::Up;
            down |= way == Way::Down;
        }
        let mut counted = Vec::new();
        if up {
            self.count(Way::Up, now, &mut counted);
        }
        if down {
            self.count(Way::Down, now, &mut counted);
        }
        if !counted.is_empty() {
            self.frames.push_back((now, counted));
        }
    }

    /// Takes the values of some cells, if none of them has changed enough for a transition.
    fn widen(&mut self, first: usize, values: &[u32; TOGETHER]) -> bool {
        let cells = first..first + TOGETHER;
        let (lowest, highest) = (&mut self.lowest[cells.clone()], &mut self.highest[cells]);
        let (mut lows, mut highs, mut widest) = (*values, *values, 0);
        for (((low, high), &lowest), &highest) in lows.iter_mut().zip(&mut highs).zip(&*lowest).zip(&*highest) {
            (*low, *high) = ((*low).min(lowest), (*high).max(highest));
            widest = widest.max(*high - *low);
        }
        if widest >= self.quantity.smallest {
            return false;
        }
        lowest.copy_from_slice(&lows);
        highest.copy_from_slice(&highs);
        true
    }

    /// Takes a cell's next value; returns the way of the transition that it makes, or `Unknown`.
    fn go_on(&mut self, cell: usize, now: Timestamp, value: u32) -> Way {
        let is_transition = self.quantity.is_transition;
        let (lowest, highest, turn) = (&mut self.lowest[cell], &mut self.highest[cell], &mut self.turns[cell]);
        let falls = turn.way != Way::Down && value < *highest && is_transition(value, *highest);
        let rises = turn.way != Way::Up && value > *lowest && is_transition(*lowest, value);
        if !falls && !rises {
            (*lowest, *highest) = ((*lowest).min(value), (*highest).max(value));
            return Way::Unknown;
        }
        (*lowest, *highest) = (value, value);
        (turn.way, turn.since) = (if falls { Way::Down } else { Way::Up }, now);
        turn.way
    }

    /// Counts the transitions that enough neighbours have made in the same moment.
    fn count(&mut self, way: Way, now: Timestamp, counted: &mut Vec<u32>) {
        let together = self.turns.iter().filter(|turn| turn.just_went(way, now)).count();
        if together < self.grid.cells_needed {
            return;
        }
        let covered = self.grid.covered(|cell| self.turns[cell].just_went(way, now));
        for (index, (turn, count)) in self.turns.iter_mut().zip(&mut self.counts).enumerate() {
            // Only a change of way counts: what follows an uncounted change is no turn.
            if covered[index] && turn.counted != way && turn.just_went(way, now) {
                turn.counted = way;
                *count += 1;
                counted.push(index as u32);
            }
        }
    }

    /// When the earliest counted transition of the last second was.
    pub(crate) fn since(&self) -> Option<Timestamp> {
        self.frames.front().map(|(timestamp, _)| *timestamp)
    }

    /// The most flashes of the last second that enough of a visual field has had, and that field.
    pub(crate) fn most_flashes(&self) -> (u32, Option<Field>) {
        // Most frames of most clips end here.
        if self.frames.is_empty() {
            return (0, None);
        }
        // Cells by the number of their flashes.
        let mut by_flashes: Vec<usize> = Vec::new();
        for &count in &self.counts {
            let flashes = usize::from(count / 2);
            if flashes >= by_flashes.len() {
                by_flashes.resize(flashes + 1, 0);
            }
            by_flashes[flashes] += 1;
        }
        let mut cells = 0;
        for flashes in (1..by_flashes.len()).rev() {
            cells += by_flashes[flashes];
            if cells >= self.grid.cells_needed {
                let fullest = self.grid.fullest(|cell| usize::from(self.counts[cell] / 2) >= flashes);
                if let Some(field) = fullest {
                    return (flashes as u32, Some(field));
                }
            }
        }
        (0, None)
    }
}

/// A rectangle of cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    /// Its columns.
    pub(crate) columns: Range<usize>,
    /// Its rows.
    pub(crate) rows: Range<usize>,
}

/// The cells of a picture as they lie on WCAG's screen.
#[derive(Clone, Debug)]
pub(crate) struct Grid {
    columns: usize,
    rows: usize,
    field_columns: usize,
    field_rows: usize,
    cells_needed: usize,
}

impl Grid {
    /// A picture of `width × height` pixels, cut into `columns × rows` cells and shown as large as the screen allows;
    /// `on_its_side` when it is turned by a quarter for that.
    pub(crate) fn new((width, height): (f64, f64), (columns, rows): (usize, usize), on_its_side: bool) -> Self {
        let turned = |(across, down)| if on_its_side { (down, across) } else { (across, down) };
        let (screen, field) = (turned(SCREEN), turned(FIELD));
        let scale = f64::min(screen.0 / width, screen.1 / height);
        let cell = (width * scale / columns as f64, height * scale / rows as f64);
        let fits = |field: f64, cell: f64, cells: usize| ((field / cell).round() as usize).clamp(1, cells);
        let most_allowed = (FIELD.0 * FIELD.1 * SHARE / (cell.0 * cell.1)).floor() as usize;
        Self {
            columns,
            rows,
            field_columns: fits(field.0, cell.0, columns),
            field_rows: fits(field.1, cell.1, rows),
            cells_needed: most_allowed + 1,
        }
    }

    /// The field that holds most of the cells asked for, if they are enough to count.
    fn fullest(&self, holds: impl Fn(usize) -> bool) -> Option<Field> {
        let (held, column, row) =
            self.fields(holds).reduce(|best, field| if field.0 > best.0 { field } else { best })?;
        (held >= self.cells_needed)
            .then(|| Field { columns: column..column + self.field_columns, rows: row..row + self.field_rows })
    }

    /// Which cells lie in a field that holds enough of the cells asked for.
    fn covered(&self, holds: impl Fn(usize) -> bool) -> Vec<bool> {
        let mut corners = vec![false; self.columns * self.rows];
        for (held, column, row) in self.fields(holds) {
            corners[row * self.columns + column] = held >= self.cells_needed;
        }
        // A cell is covered when such a field's corner lies at most a field's size to the left and above.
        let sums = self.sums(|cell| corners[cell]);
        let covered = |(row, column): (usize, usize)| {
            let (left, top) =
                ((column + 1).saturating_sub(self.field_columns), (row + 1).saturating_sub(self.field_rows));
            self.held(&sums, left..column + 1, top..row + 1) > 0
        };
        (0..self.rows).flat_map(|row| (0..self.columns).map(move |column| (row, column))).map(covered).collect()
    }

    /// All fields that fit: how many cells asked for each holds, its first column and its first row.
    fn fields(&self, holds: impl Fn(usize) -> bool) -> impl Iterator<Item = (usize, usize, usize)> {
        let sums = self.sums(holds);
        let rows = 0..=self.rows - self.field_rows;
        let places = rows.flat_map(|row| (0..=self.columns - self.field_columns).map(move |column| (column, row)));
        places.map(move |(column, row)| {
            let held = self.held(&sums, column..column + self.field_columns, row..row + self.field_rows);
            (held, column, row)
        })
    }

    /// How many of the cells asked for lie above and to the left of each corner.
    fn sums(&self, holds: impl Fn(usize) -> bool) -> Vec<u32> {
        let stride = self.columns + 1;
        let mut sums = vec![0u32; stride * (self.rows + 1)];
        for row in 0..self.rows {
            let mut in_row = 0;
            for column in 0..self.columns {
                in_row += u32::from(holds(row * self.columns + column));
                sums[(row + 1) * stride + column + 1] = sums[row * stride + column + 1] + in_row;
            }
        }
        sums
    }

    /// How many of the cells that were summed lie in a rectangle.
    fn held(&self, sums: &[u32], columns: Range<usize>, rows: Range<usize>) -> usize {
        let at = |column: usize, row: usize| sums[row * (self.columns + 1) + column] as usize;
        at(columns.end, rows.end) + at(columns.start, rows.start)
            - at(columns.start, rows.end)
            - at(columns.end, rows.start)
    }
}
