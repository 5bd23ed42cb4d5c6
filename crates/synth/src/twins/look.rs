//! The looks of twins: places, lights and cameras, in families that can be held out as a whole.
//!
//! Invariant: a look depends on seed and family alone, never on what happens in the clip.

use std::fmt;

use glam::{DVec2, DVec3};
use serde::{Deserialize, Serialize};

use super::chance::{Chance, hsv};
use crate::draw::film::{Dimming, Film, Sway};
use crate::material::{Material, Texture, srgb};
use crate::scene::{Camera, Light, Ramp, WindowLight};
use crate::surroundings::{Backdrop, Surroundings};

/// A family of looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Look {
    /// A photographer's sheet in soft light.
    Studio,
    /// A room with boards and a plastered wall, often with the sun through a window.
    Room,
    /// Tiles that mirror a little, a pale wall.
    Kitchen,
    /// Bricks under a hard lamp, filmed by hand with a grainy camera.
    Workshop,
    /// Flagstones under the sun.
    Terrace,
    /// Grass under drifting clouds.
    Meadow,
    /// The open after sunset: little light, long exposures, much grain.
    Dusk,
    /// Mottled cloth behind a carpet, strong colours.
    Gallery,
}

/// A place, its light and the camera in it.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    pub(super) camera: Camera,
    pub(super) light: Light,
    pub(super) surroundings: Surroundings,
    pub(super) exposure: f64,
    pub(super) film: Film,
}

impl Setting {
    /// Makes shadows that have edges and are not longer than their bodies are high.
    pub(super) fn harden(&mut self) {
        let light = &mut self.light;
        light.spread = light.spread.min(0.05);
        light.color *= 1.25;
        light.sky *= 0.8;
        light.window = None;
        light.towards.y = light.towards.y.max(0.75);
        light.towards = light.towards.normalize();
    }
}

impl Look {
    /// All families.
    pub const ALL: &'static [Self] = &[
        Self::Studio,
        Self::Room,
        Self::Kitchen,
        Self::Workshop,
        Self::Terrace,
        Self::Meadow,
        Self::Dusk,
        Self::Gallery,
    ];

    /// The stable id, in kebab case.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Studio => "studio",
            Self::Room => "room",
            Self::Kitchen => "kitchen",
            Self::Workshop => "workshop",
            Self::Terrace => "terrace",
            Self::Meadow => "meadow",
            Self::Dusk => "dusk",
            Self::Gallery => "gallery",
        }
    }

    /// The family of that id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|look| look.id() == id)
    }

    pub(super) fn setting(self, seed: u64, duration_secs: f64) -> Setting {
        let mut chance = Chance::new(seed, "look");
        let (floor, backdrop) = self.place(&mut chance);
        let (light, exposure) = self.light(&mut chance);
        Setting {
            camera: camera(&mut chance),
            light,
            surroundings: Surroundings { floor, backdrop },
            exposure: exposure * chance.within(0.85, 1.15),
            film: self.film(&mut Chance::new(seed, "film"), duration_secs),
        }
    }

    fn place(self, chance: &mut Chance) -> (Material, Backdrop) {
        let tone = |chance: &mut Chance, color: u32| srgb(color) * chance.within(0.75, 1.15);
        let shiny = |chance: &mut Chance, texture, most: f64| Material {
            texture,
            mirror: chance.within(0.2, 1.0) * most,
            roughness: chance.within(0.1, 0.35),
        };
        let boards = |chance: &mut Chance| {
            let (dark, light) =
                chance.pick(&[(0x8a_5c_36, 0xc9_98_65), (0x5a_41_30, 0x8d_69_4c), (0xa8_95_7c, 0xd6_c8_b0)]);
            Texture::Planks {
                dark: tone(chance, dark),
                light: tone(chance, light),
                width: chance.within(0.1, 0.3),
                length: chance.within(1.2, 2.2),
            }
        };
        let sky = |chance: &mut Chance, zenith: u32, horizon: u32, hills: u32| Backdrop::Sky {
            zenith: tone(chance, zenith),
            horizon: tone(chance, horizon),
            hills: tone(chance, hills),
            cover: chance.within(0.25, 0.65),
            drift: 0.0,
        };
        let wall = |chance: &mut Chance, material: Material| Backdrop::Wall {
            z: chance.within(-1.6, -1.2),
            material,
            skirting: (chance.pick(&[0.0, 0.08, 0.12]), chance.color((0.0, 0.1), (0.7, 0.95))),
        };
        match self {
            Self::Studio => {
                let hue = chance.unit();
                let (saturation, value) = (chance.within(0.05, 0.5), chance.within(0.35, 0.85));
                let paint = hsv(hue, saturation, value);
                let backdrop = Backdrop::Sheet {
                    low: hsv(hue, saturation * 0.8, (value * 1.1).min(0.95)),
                    high: hsv(hue, saturation * chance.within(0.4, 1.0), (value * chance.within(0.4, 1.25)).min(0.95)),
                    fade_from: 0.9,
                    fade_to: 4.2,
                };
                (shiny(chance, Texture::Plain(paint), 0.03), backdrop)
            }
            Self::Room => {
                let texture = boards(chance);
                let plaster = Texture::Plaster {
                    color: chance.color((0.03, 0.25), (0.6, 0.9)),
                    amount: chance.within(0.03, 0.15),
                };
                (shiny(chance, texture, 0.035), wall(chance, Material::matte(plaster)))
            }
            Self::Kitchen => {
                let (a, b) = (chance.color((0.0, 0.25), (0.6, 0.92)), chance.color((0.0, 0.4), (0.3, 0.85)));
                let tiles = Texture::Tiles { a, b, size: chance.within(0.25, 0.55) };
                let color = chance.color((0.02, 0.2), (0.65, 0.92));
                let face = if chance.happens(0.5) {
                    Texture::Tiles { a: color, b: color * 0.95, size: chance.within(0.15, 0.3) }
                } else {
                    Texture::Plaster { color, amount: 0.05 }
                };
                (shiny(chance, tiles, 0.07), wall(chance, Material::matte(face)))
            }
            Self::Workshop => {
                let color = chance.pick(&[0xb5_5a_3c, 0x8f_82_78, 0xd8_d0_c4, 0x7d_4a_38]);
                let brick = tone(chance, color);
                let bricks =
                    Texture::Bricks { brick, mortar: tone(chance, 0xc9_bf_b0), length: chance.within(0.2, 0.36) };
                let floor = if chance.happens(0.5) {
                    boards(chance)
                } else {
                    Texture::Plaster { color: chance.color((0.0, 0.1), (0.3, 0.6)), amount: chance.within(0.15, 0.35) }
                };
                (Material::matte(floor), wall(chance, Material::matte(bricks)))
            }
            Self::Terrace => {
                let (a, b) =
                    chance.pick(&[(0xc9_b2_98, 0xbf_a5_8a), (0x9a_9a_96, 0x8c_8c_8a), (0xb8_6b_4b, 0xa9_5d_40)]);
                let tiles = Texture::Tiles { a: tone(chance, a), b: tone(chance, b), size: chance.within(0.3, 0.6) };
                (Material::matte(tiles), sky(chance, 0x3d_7c_c4, 0xd6_e2_ea, 0x6f_86_96))
            }
            Self::Meadow => {
                let (light, dark) =
                    chance.pick(&[(0x8f_b8_4a, 0x4c_7a_2c), (0xb8_ac_5a, 0x007d_6f32), (0xe2_d6_b4, 0xbd_a9_7c)]);
                let grass = Texture::Grass { light: tone(chance, light), dark: tone(chance, dark) };
                (Material::matte(grass), sky(chance, 0x2f_76_c9, 0xcf_e6_f5, 0x4f_7d_4a))
            }
            Self::Dusk => {
                let floor = if chance.happens(0.5) {
                    boards(chance)
                } else {
                    Texture::Plaster { color: chance.color((0.0, 0.2), (0.35, 0.65)), amount: 0.2 }
                };
                let horizon = chance.pick(&[0xf0_a8_6a, 0xe8_8a_7c, 0xc8_a8_c0]);
                (shiny(chance, floor, 0.05), sky(chance, 0x2c_3a_6a, horizon, 0x3a_3c_50))
            }
            Self::Gallery => {
                let mottled = |chance: &mut Chance| {
                    let ground = chance.color((0.2, 0.7), (0.25, 0.75));
                    let vein = ground.lerp(chance.color((0.1, 0.7), (0.3, 0.9)), chance.within(0.2, 0.7));
                    Texture::Marble { ground, vein, scale: chance.within(0.5, 1.8) }
                };
                let carpet = Texture::Grass {
                    light: chance.color((0.2, 0.6), (0.45, 0.8)),
                    dark: chance.color((0.2, 0.6), (0.2, 0.45)),
                };
                let floor = if chance.happens(0.7) { carpet } else { mottled(chance) };
                let face = mottled(chance);
                (Material::matte(floor), wall(chance, Material::matte(face)))
            }
        }
    }

    fn light(self, chance: &mut Chance) -> (Light, f64) {
        let warm = |warmth: f64| DVec3::new(1.0, 1.0 - 0.14 * warmth, 1.0 - 0.36 * warmth);
        let bearing = chance.sign() * chance.within(15.0, 70.0);
        // How high (degrees), how strong, how warm, how soft, how much light from the sky.
        let (height, strength, warmth, spread, sky) = match self {
            Self::Studio => (chance.within(40.0, 70.0), 1.15, chance.within(0.0, 0.6), chance.within(0.06, 0.2), 0.95),
            Self::Room => (chance.within(32.0, 60.0), 1.35, chance.within(0.3, 0.9), chance.within(0.02, 0.08), 0.8),
            Self::Kitchen => {
                (chance.within(45.0, 75.0), 1.1, chance.within(-0.2, 0.4), chance.within(0.05, 0.15), 0.95)
            }
            Self::Workshop => {
                (chance.within(30.0, 60.0), 1.5, chance.within(0.6, 1.3), chance.within(0.015, 0.05), 0.5)
            }
            Self::Terrace => (chance.within(28.0, 60.0), 1.6, chance.within(0.2, 0.8), chance.within(0.015, 0.03), 0.8),
            Self::Meadow => (chance.within(35.0, 65.0), 1.5, chance.within(0.1, 0.6), chance.within(0.015, 0.08), 0.85),
            Self::Dusk => (chance.within(14.0, 30.0), 0.75, chance.within(0.9, 1.8), chance.within(0.04, 0.2), 0.4),
            Self::Gallery => (chance.within(40.0, 70.0), 1.3, chance.within(-0.3, 0.9), chance.within(0.04, 0.2), 0.7),
        };
        let towards = towards(height, bearing);
        let window = (self == Self::Room && chance.happens(0.6)).then(|| WindowLight {
            center: DVec3::new(chance.within(-0.5, 0.5), chance.within(0.2, 0.7), -0.35),
            half_width: chance.within(0.8, 1.3),
            half_height: chance.within(0.6, 1.0),
            bar: 0.035,
            softness: chance.within(0.02, 0.06),
            elsewhere: chance.within(0.14, 0.4),
        });
        let light = Light {
            towards,
            color: warm(warmth) * strength,
            spread,
            sky: DVec3::new(0.46, 0.52, 0.62) * sky * chance.within(0.8, 1.2),
            bounce: DVec3::new(0.34, 0.28, 0.22) * sky * 0.85,
            window,
        };
        (light, if self == Self::Dusk { 0.95 } else { 1.0 })
    }

    fn film(self, chance: &mut Chance, duration_secs: f64) -> Film {
        let by_hand = match self {
            Self::Studio | Self::Kitchen => 0.25,
            Self::Room | Self::Gallery => 0.5,
            _ => 0.7,
        };
        let mut sway = Sway { middle_secs: duration_secs / 2.0, seed: chance.bits(), ..Sway::default() };
        if chance.happens(by_hand) {
            sway.shake = chance.within(0.004, 0.022);
            sway.shake_hz = chance.within(0.6, 3.0);
        }
        if chance.happens(0.25) {
            let way = chance.within(0.03, 0.11) * chance.sign();
            sway.pan = DVec2::new(way, way * chance.within(-0.25, 0.25)) / duration_secs;
        }
        let mut dimming = Vec::new();
        if chance.happens(0.3) {
            let start_secs = chance.within(-0.2, 0.85) * duration_secs;
            let end_secs = start_secs + chance.pick(&[0.0, 0.2, 0.6, 1.5]);
            let to = if chance.happens(0.5) { chance.within(0.55, 0.85) } else { chance.within(1.1, 1.35) };
            let tint = chance.within(-0.12, 0.12);
            let share = Ramp { start_secs, end_secs, from: 0.0, to: 1.0 };
            dimming.push(Dimming { share, factor: DVec3::new(1.0 + tint, 1.0, 1.0 - tint) * to });
        }
        let grainy = if matches!(self, Self::Dusk | Self::Workshop) { 2.0 } else { 1.0 };
        Film {
            exposure_secs: chance.within(0.003, 0.02) * if self == Self::Dusk { 2.0 } else { 1.0 },
            sway,
            dimming,
            contrast: chance.within(0.85, 1.15) as f32,
            saturation: chance.within(0.65, 1.15) as f32,
            vignette: chance.within(0.0, 0.35) as f32,
            softness: (chance.within(-0.2, 0.4)).max(0.0) as f32,
            grain: (chance.within(-0.5, 2.5) * grainy).max(0.0) as f32,
            squeeze: (chance.within(-8.0, 9.0)).max(0.0) as f32,
            seed: chance.bits(),
        }
    }
}

impl fmt::Display for Look {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

fn camera(chance: &mut Chance) -> Camera {
    let eye = DVec3::new(chance.within(-0.7, 0.7), chance.within(0.75, 1.7), chance.within(4.4, 5.4));
    let target = DVec3::new(chance.within(-0.08, 0.08), chance.within(0.48, 0.62), 0.0);
    Camera { eye, target, field_of_view_degrees: chance.within(23.5, 27.0) * 4.8 / eye.z }
}

/// A unit vector towards a light at a height (degrees above the horizon) and a bearing (degrees from +z towards +x).
fn towards(height_degrees: f64, bearing_degrees: f64) -> DVec3 {
    let (height, bearing) = (height_degrees.to_radians(), bearing_degrees.to_radians());
    DVec3::new(libm::sin(bearing) * libm::cos(height), libm::sin(height), libm::cos(bearing) * libm::cos(height))
}
