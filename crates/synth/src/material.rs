//! How a surface looks: its colour from point to point, and how it mirrors.
//!
//! Invariant: colours are linear light in `0.0..=1.0`, and a texture is a pure function of place and seed. What light
//! makes of them is left to [`crate::draw`].

use glam::{DVec2, DVec3};

use crate::noise::{blend, lattice, layers2, smooth2, smooth3, step};

/// A linear colour from one of the screen (sRGB, as in `0xff8800`).
pub fn srgb(hex: u32) -> DVec3 {
    let channel = |shift: u32| decode_srgb(f64::from((hex >> shift) & 0xff) / 255.0);
    DVec3::new(channel(16), channel(8), channel(0))
}

/// Linear light from an sRGB value, both 0 to 1 (IEC 61966-2-1).
pub fn decode_srgb(value: f64) -> f64 {
    if value <= 0.04045 { value / 12.92 } else { libm::pow((value + 0.055) / 1.055, 2.4) }
}

/// An sRGB value from linear light, both 0 to 1 (IEC 61966-2-1).
pub fn encode_srgb(linear: f64) -> f64 {
    if linear <= 0.003_130_8 { 12.92 * linear } else { 1.055 * libm::pow(linear, 1.0 / 2.4) - 0.055 }
}

/// The colour of a surface from point to point. Sizes in metres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Texture {
    /// One colour.
    Plain(DVec3),
    /// One colour with large soft stains, as of a plastered wall.
    Plaster {
        /// The mean colour.
        color: DVec3,
        /// How far it goes up and down, 0 to 1.
        amount: f64,
    },
    /// Boards along x.
    Planks {
        /// The darkest board.
        dark: DVec3,
        /// The lightest board.
        light: DVec3,
        /// How wide a board is.
        width: f64,
        /// How long a board is.
        length: f64,
    },
    /// A piece of wood with its grain along x.
    Wood {
        /// The colour of the grain.
        dark: DVec3,
        /// The colour between.
        light: DVec3,
    },
    /// A wall of bricks, every other row shifted by half a brick.
    Bricks {
        /// The mean colour of a brick.
        brick: DVec3,
        /// The colour of the joints.
        mortar: DVec3,
        /// How long a brick is with its joint; it is 0.36 times as high.
        length: f64,
    },
    /// Square tiles in two colours, with joints.
    Tiles {
        /// One colour.
        a: DVec3,
        /// The other.
        b: DVec3,
        /// How wide a tile is.
        size: f64,
    },
    /// Short grass with lighter and darker patches.
    Grass {
        /// The colour in the light patches.
        light: DVec3,
        /// The colour in the dark ones.
        dark: DVec3,
    },
    /// Segments from pole to pole around z, as of a beach ball, with caps at the poles.
    Segments {
        /// Two colours in turn.
        colors: [DVec3; 2],
        /// How many segments: an even number.
        count: u32,
        /// The caps' colour.
        cap: DVec3,
    },
    /// A ball with a belt around y and a thin line on either side of it.
    Belt {
        /// The ball.
        ground: DVec3,
        /// The belt.
        belt: DVec3,
        /// Half of the belt's width, in shares of the radius.
        half_width: f64,
    },
    /// Swirls as in a glass or stone marble.
    Marble {
        /// The ground.
        ground: DVec3,
        /// The veins.
        vein: DVec3,
        /// Veins per metre.
        scale: f64,
    },
}

/// A surface.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Material {
    /// Its colour.
    pub texture: Texture,
    /// How strongly it mirrors when looked at straight on, 0 to 1: 0.04 for varnish or plastic, 0 for chalk.
    pub mirror: f64,
    /// How far the mirror image is smeared, 0 (sharp) to 1.
    pub roughness: f64,
}

impl Material {
    /// A surface that mirrors nothing.
    pub const fn matte(texture: Texture) -> Self {
        Self { texture, mirror: 0.0, roughness: 1.0 }
    }

    /// A surface under varnish.
    pub const fn glossy(texture: Texture) -> Self {
        Self { texture, mirror: 0.045, roughness: 0.04 }
    }
}

impl Texture {
    /// The colour at a point of a body's surface in the body's own frame, where its outward unit normal is `normal`.
    pub fn on_body(&self, point: DVec3, normal: DVec3, seed: u64) -> DVec3 {
        match *self {
            Self::Segments { colors, count, cap } => segments(point, colors, count, cap),
            Self::Belt { ground, belt, half_width } => {
                let height = (point.y / point.length()).abs();
                let line = step(half_width + 0.05, half_width + 0.06, height)
                    - step(half_width + 0.09, half_width + 0.10, height);
                let share = 1.0 - step(half_width - 0.01, half_width, height) + line;
                ground.lerp(belt, share.min(1.0))
            }
            Self::Marble { ground, vein, scale } => {
                let p = point * scale;
                let bend = smooth3(p * 0.9, seed) * 2.6 + smooth3(p * 2.3, seed ^ 1) * 0.9;
                let ridge = 1.0 - (2.0 * (p.x * 0.6 + p.y * 0.4 + bend).rem_euclid(1.0) - 1.0).abs();
                ground.lerp(vein, step(0.55, 0.98, ridge))
            }
            Self::Wood { dark, light } => {
                // Growth rings around an axis that lies outside the body, slightly wavy.
                let wave = smooth3(point * DVec3::new(1.5, 6.0, 6.0), seed) * 0.02;
                let radius = DVec2::new(point.y + 0.13, point.z + 0.21).length() + wave;
                let ring = (radius * 55.0).rem_euclid(1.0);
                let fibre = smooth3(point * DVec3::new(9.0, 160.0, 160.0), seed ^ 3);
                let share = 0.55 * step(0.0, 0.75, ring) * (1.0 - step(0.85, 1.0, ring)) + 0.3 * fibre;
                light.lerp(dark, share)
            }
            Self::Plain(_)
            | Self::Plaster { .. }
            | Self::Planks { .. }
            | Self::Bricks { .. }
            | Self::Tiles { .. }
            | Self::Grass { .. } => {
                let a = normal.abs();
                let flat = if a.y >= a.x && a.y >= a.z {
                    DVec2::new(point.x, point.z)
                } else if a.x >= a.z {
                    DVec2::new(point.z, point.y)
                } else {
                    DVec2::new(point.x, point.y)
                };
                self.on_plane(flat, seed)
            }
        }
    }

    /// The colour at a point of a plane.
    pub fn on_plane(&self, p: DVec2, seed: u64) -> DVec3 {
        match *self {
            Self::Plain(color) => color,
            Self::Plaster { color, amount } => {
                let stain = layers2(p * 0.9, 3, seed) - 0.5;
                let grain = smooth2(p * 38.0, seed ^ 2) - 0.5;
                (color * (1.0 + amount * (1.4 * stain + 0.35 * grain))).clamp(DVec3::ZERO, DVec3::ONE)
            }
            Self::Planks { dark, light, width, length } => planks(p, dark, light, width, length, seed),
            Self::Bricks { brick, mortar, length } => bricks(p, brick, mortar, length, seed),
            Self::Tiles { a, b, size } => {
                let cell = (p / size).floor();
                let inside = (p / size - cell - 0.5).abs();
                let even = (cell.x + cell.y).rem_euclid(2.0) < 0.5;
                let tone = 0.94
                    + 0.12 * lattice(cell.x as i64, cell.y as i64, 0, seed)
                    + 0.06 * (layers2(p * 5.0, 3, seed ^ 1) - 0.5);
                let color = if even { a } else { b } * tone;
                let joint = step(0.487, 0.495, inside.max_element());
                color.lerp((a + b) * 0.22, joint * 0.8).min(DVec3::ONE)
            }
            Self::Grass { light, dark } => {
                let patch = layers2(p * 0.45, 4, seed);
                let blade = smooth2(DVec2::new(p.x * 55.0, p.y * 16.0), seed ^ 5);
                let tuft = layers2(DVec2::new(p.x * 9.0, p.y * 5.0), 2, seed ^ 6);
                let share = (0.25 + 0.9 * (patch - 0.35) + 0.35 * (blade - 0.5) + 0.5 * (tuft - 0.5)).clamp(0.0, 1.0);
                dark.lerp(light, share)
            }
            Self::Wood { .. } | Self::Segments { .. } | Self::Belt { .. } | Self::Marble { .. } => {
                self.on_body(DVec3::new(p.x, 0.02, p.y), DVec3::Y, seed)
            }
        }
    }
}

fn segments(point: DVec3, colors: [DVec3; 2], count: u32, cap: DVec3) -> DVec3 {
    let unit = point.normalize_or_zero();
    let around = libm::atan2(unit.y, unit.x) / std::f64::consts::TAU * f64::from(count);
    let index = around.rem_euclid(f64::from(count)) as usize;
    let [first, second] = colors;
    let side = if index.is_multiple_of(2) { first } else { second };
    // A fine dark seam between two segments, equally wide everywhere.
    let ring = (1.0 - unit.z * unit.z).max(0.0).sqrt();
    let to_seam = (0.5 - (around.rem_euclid(1.0) - 0.5).abs()) / f64::from(count) * std::f64::consts::TAU * ring;
    let seamed = side * blend(0.55, 1.0, step(0.004, 0.016, to_seam));
    seamed.lerp(cap, step(0.962, 0.966, unit.z.abs()))
}

fn planks(p: DVec2, dark: DVec3, light: DVec3, width: f64, length: f64, seed: u64) -> DVec3 {
    let row = (p.y / width).floor();
    let shift = lattice(row as i64, 17, 0, seed) * length;
    let column = ((p.x + shift) / length).floor();
    let tone = lattice(row as i64, column as i64, 1, seed);
    let across = p.y - row * width;
    let along = p.x + shift - column * length;
    let offset = tone * 37.0;
    // The grain: noise drawn out along the board, bent by a second, slower one.
    let bend = smooth2(DVec2::new(p.x * 1.1, across * 4.0 + offset), seed ^ 8) * 0.12;
    let fine = smooth2(DVec2::new(p.x * 3.0, (across + bend) * 95.0 + offset), seed ^ 9);
    let broad = smooth2(DVec2::new(p.x * 0.8, (across + bend) * 26.0 + offset), seed ^ 10);
    let share = (0.18 + 0.5 * tone + 0.3 * (fine - 0.5) + 0.42 * (broad - 0.5)).clamp(0.0, 1.0);
    let edge = across.min(width - across).min((along.min(length - along)).max(0.0));
    dark.lerp(light, share) * blend(0.38, 1.0, step(0.0005, 0.004, edge))
}

fn bricks(p: DVec2, brick: DVec3, mortar: DVec3, length: f64, seed: u64) -> DVec3 {
    let height = length * 0.36;
    let row = (p.y / height).floor();
    let shift = if row.rem_euclid(2.0) < 0.5 { 0.0 } else { 0.5 * length };
    let column = ((p.x + shift) / length).floor();
    let tone = lattice(row as i64, column as i64, 0, seed);
    let in_x = p.x + shift - column * length;
    let in_y = p.y - row * height;
    let edge = in_x.min(length - in_x).min(in_y.min(height - in_y));
    let rough = layers2(p * (9.0 / length), 3, seed ^ 4) - 0.5;
    let face = brick * (0.72 + 0.5 * tone + 0.55 * rough);
    let warm = DVec3::new(1.0, 0.93 + 0.14 * lattice(row as i64, column as i64, 1, seed), 0.95);
    let joint = length * 0.035;
    let share = step(joint * 0.75, joint * 1.15, edge + rough * joint * 0.5);
    (mortar * (0.9 + 0.5 * rough)).lerp(face * warm, share).clamp(DVec3::ZERO, DVec3::ONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn screen_colors_survive_the_way_to_linear_light_and_back() {
        for hex in [0x00_00_00, 0x12_34_56, 0xff_88_00, 0xff_ff_ff] {
            let back = srgb(hex).to_array().map(|linear| (encode_srgb(linear) * 255.0).round() as u32);
            assert_eq!(back, [hex >> 16, (hex >> 8) & 0xff, hex & 0xff]);
        }
    }

    #[test]
    fn textures_stay_within_the_colors_that_exist() {
        let (a, b) = (srgb(0xd0_40_30), srgb(0xf0_f0_e8));
        let textures = [
            Texture::Plaster { color: b, amount: 0.2 },
            Texture::Planks { dark: a, light: b, width: 0.12, length: 1.4 },
            Texture::Wood { dark: a, light: b },
            Texture::Bricks { brick: a, mortar: b, length: 0.2 },
            Texture::Tiles { a, b, size: 0.5 },
            Texture::Grass { light: b, dark: a },
            Texture::Segments { colors: [a, b], count: 6, cap: b },
            Texture::Belt { ground: a, belt: b, half_width: 0.2 },
            Texture::Marble { ground: a, vein: b, scale: 7.0 },
        ];
        for texture in textures {
            for i in 0..2000u64 {
                let at = |n| 4.0 * crate::noise::unit(crate::noise::mix(i * 4 + n)) - 2.0;
                let point = DVec3::new(at(0), at(1), at(2));
                let color = texture.on_body(point, point.normalize(), 3);
                assert!(color.min_element() >= 0.0 && color.max_element() <= 1.0, "{texture:?} gives {color}");
            }
        }
    }
}
