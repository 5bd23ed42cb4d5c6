//! Many small pictures of one scene: what does not move is looked up once, not once per picture.
//!
//! Invariant: a picture is a pure function of scene, film, size and time, whatever was drawn before. Shading is that of
//! the careful tracer ([`super::picture`]) with four simplifications: sample points lie on a regular grid, clouds stand
//! still, the camera's shake moves the grid by whole sample points, and what a mirror shows of the surroundings is not
//! shaded by moving bodies. What film and lens add is left to [`super::film`].

use glam::DVec3;

use super::film::Film;
use super::instant::Instant;
use super::shade::{Jitter, Shader, Surface, mirror};
use crate::noise::mix;
use crate::scene::{Lens, Object, Scene};
use crate::shape::Ray;

/// A scene made ready for many pictures of one size.
pub struct Stage<'a> {
    scene: &'a Scene,
    film: &'a Film,
    width: usize,
    height: usize,
    /// Sample points along a side of a pixel.
    side: usize,
    /// Sample points beyond the picture's edges, for a camera that shakes.
    margin: usize,
    columns: usize,
    cells: Vec<Cell>,
    lens: Lens,
}

/// A sample point, with all that stands still behind it.
struct Cell {
    direction: DVec3,
    jitter: Jitter,
    distance: f64,
    seen: Seen,
}

#[expect(clippy::large_enum_variant, reason = "nearly all are surfaces; a box would be one more look-up for each")]
enum Seen {
    /// Light from far away.
    Glow(DVec3),
    /// A surface.
    Surface {
        surface: Surface,
        /// How much of the lamp's light, and of the light from all around, gets there past what stands still.
        lamp: f64,
        open: f64,
        mirrored: Option<Mirrored>,
    },
}

struct Mirrored {
    share: f64,
    ray: Ray,
    distance: f64,
    light: DVec3,
}

impl<'a> Stage<'a> {
    /// Looks up all that stands still, with `side`² sample points in every pixel.
    pub fn new(scene: &'a Scene, film: &'a Film, width: u32, height: u32, side: u32) -> Self {
        let (width, height, side) = (width as usize, height as usize, (side as usize).max(1));
        let reach = film.sway.reach(scene.duration_secs) * (height * side) as f64;
        let margin = reach.ceil() as usize + 1;
        let columns = width * side + 2 * margin;
        let lens = scene.camera.lens(width as f64 / height as f64);
        let mut stage = Self { scene, film, width, height, side, margin, columns, cells: Vec::new(), lens };
        let fixed = Instant::of(scene, 0.0, |object| object.scenery);
        let shader = Shader::new(scene, &fixed);
        let rows = height * side + 2 * margin;
        stage.cells = (0..rows * columns).map(|at| stage.cell(at % columns, at / columns, &fixed, &shader)).collect();
        stage
    }

    fn cell(&self, column: usize, row: usize, fixed: &Instant<'_>, shader: &Shader<'_>) -> Cell {
        let share = |at: usize, size: usize| (at as f64 - self.margin as f64 + 0.5) / (size * self.side) as f64;
        let ray = self.lens.ray(share(column, self.width), share(row, self.height));
        let noise = mix((((row / self.side) as u64) << 32 | (column / self.side) as u64) ^ self.scene.seed);
        let jitter = Jitter::new((row % self.side) * self.side + column % self.side, noise);
        let behind = shader.behind(&ray);
        let touch = fixed.touch(&ray, jitter.chance, |sight| sight.eye, &[]);
        let touch = touch.filter(|touch| touch.distance < behind.distance);
        let (distance, surface, body) = match (touch, behind.seen) {
            (Some(touch), _) => (touch.distance, shader.surface_of(&touch, &ray), Some(touch.body)),
            (None, Ok(surface)) => (behind.distance, surface, None),
            (None, Err(glow)) => {
                return Cell { direction: ray.direction, jitter, distance: behind.distance, seen: Seen::Glow(glow) };
            }
        };
        let mirrored = (surface.mirror > 0.0).then(|| {
            let (share, ray) = mirror(&surface, &ray, jitter);
            let (distance, light) = shader.mirrored(&ray, jitter);
            Mirrored { share, ray, distance, light }
        });
        let lamp = shader.lamp(&surface, body, jitter);
        let open = shader.openness(&surface, body) * shader.corner(&surface, body);
        Cell { direction: ray.direction, jitter, distance, seen: Seen::Surface { surface, lamp, open, mirrored } }
    }

    /// The picture that is exposed from a time on: R, G, B bytes, rows from top to bottom. `index` tells pictures apart
    /// for the grain.
    pub fn picture(&self, secs: f64, index: usize) -> Vec<u8> {
        let moments = self.side * self.side;
        let exposed: Vec<Moment<'_>> = (0..moments)
            .map(|moment| {
                let at = secs + self.film.exposure_secs * (moment as f64 + 0.5) / moments as f64;
                let offset = self.film.sway.offset(at) * (self.height * self.side) as f64;
                Moment {
                    all: Instant::new(self.scene, at),
                    moving: Instant::of(self.scene, at, |object| !object.scenery),
                    across: (offset.x.round() as isize + self.margin as isize).max(0) as usize,
                    down: (offset.y.round() as isize + self.margin as isize).max(0) as usize,
                }
            })
            .collect();
        let mut light = Vec::with_capacity(self.width * self.height);
        for row in 0..self.height {
            for column in 0..self.width {
                let mut sum = DVec3::ZERO;
                for sub in 0..moments {
                    // Neighbouring sample points are exposed at moments far apart.
                    let Some(moment) = exposed.get(sub * 7 % moments) else { continue };
                    let x = column * self.side + sub % self.side + moment.across;
                    let y = row * self.side + sub / self.side + moment.down;
                    if let Some(cell) = self.cells.get(y * self.columns + x) {
                        sum += self.light(cell, moment, &[]);
                    }
                }
                light.push((sum * (self.scene.exposure / moments as f64)).as_vec3().to_array());
            }
        }
        self.film.develop(light, self.width, secs, index)
    }

    fn light(&self, cell: &Cell, moment: &Moment<'_>, skip: &[&Object]) -> DVec3 {
        let ray = Ray { origin: self.scene.camera.eye, direction: cell.direction };
        let moving = Shader::new(self.scene, &moment.moving);
        let touch = moment.moving.touch(&ray, cell.jitter.chance, |sight| sight.eye, skip);
        if let Some(touch) = touch.filter(|touch| touch.distance < cell.distance) {
            return Shader::new(self.scene, &moment.all).of_body(&touch, &ray, cell.jitter, || {
                let mut passed = skip.to_vec();
                passed.push(touch.body.object);
                self.light(cell, moment, &passed)
            });
        }
        match &cell.seen {
            Seen::Glow(light) => *light,
            Seen::Surface { surface, lamp, open, mirrored } => {
                let lamp = if *lamp > 0.0 { lamp * moving.unhidden(surface, None, cell.jitter) } else { 0.0 };
                let open = open * moving.openness(surface, None);
                let mirrored = mirrored.as_ref().map_or((0.0, DVec3::ZERO), |seen| {
                    let body = moving.mirrored_body(&seen.ray, cell.jitter, seen.distance);
                    (seen.share, body.map_or(seen.light, |(_, light)| light))
                });
                moving.finished(surface, &ray, lamp, open, mirrored)
            }
        }
    }
}

/// A moment of an exposure.
struct Moment<'a> {
    all: Instant<'a>,
    moving: Instant<'a>,
    /// The first sample point of the picture.
    across: usize,
    down: usize,
}
