//! What lies around the bodies: floor, wall, backdrop, sky.
//!
//! Invariant: every ray that meets no body gets a colour here, finite and not negative. Bodies are left to
//! [`crate::scene`], light and shadow on the floor and the wall to [`crate::draw`].

use glam::{DVec2, DVec3};

use crate::material::{Material, Texture};
use crate::noise::{layers2, smooth2, step};
use crate::shape::Ray;

/// What is behind the floor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Backdrop {
    /// A wall at `z` that faces the camera, with a skirting board.
    Wall {
        /// Where it stands.
        z: f64,
        /// Its surface.
        material: Material,
        /// The board along its foot; its height in metres and its colour.
        skirting: (f64, DVec3),
    },
    /// A photographer's sheet: the floor runs into the backdrop without an edge.
    Sheet {
        /// The colour at the height of the camera.
        low: DVec3,
        /// The colour far above.
        high: DVec3,
        /// How far from the middle of the scene the floor begins to fade, in metres.
        fade_from: f64,
        /// Where nothing is left of it.
        fade_to: f64,
    },
    /// The open: hills in haze, a sky with clouds that drift.
    Sky {
        /// The colour at the top.
        zenith: DVec3,
        /// The colour above the hills.
        horizon: DVec3,
        /// The hills.
        hills: DVec3,
        /// Share of the sky under clouds, 0 to 1.
        cover: f64,
        /// How fast the clouds move, in units of their own size per second.
        drift: f64,
    },
}

/// Floor and backdrop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Surroundings {
    /// The floor, at y = 0.
    pub floor: Material,
    /// What is behind it.
    pub backdrop: Backdrop,
}

/// What a ray meets when no body is in its way.
#[derive(Clone, Copy, Debug)]
pub enum Background {
    /// A surface that light falls on.
    Surface {
        /// Distance in metres.
        distance: f64,
        /// Its unit normal.
        normal: DVec3,
        /// Its colour.
        color: DVec3,
        /// How strongly it mirrors.
        mirror: f64,
        /// How far the mirror image is smeared.
        roughness: f64,
        /// How much of it is replaced by the second value, 0 to 1, and by what: haze and seamless sheets.
        veil: (f64, DVec3),
    },
    /// Light from far away.
    Glow(DVec3),
}

impl Surroundings {
    /// What a ray meets.
    pub fn meet(&self, ray: &Ray, secs: f64, seed: u64) -> Background {
        let floor_distance = if ray.direction.y < -1e-9 { -ray.origin.y / ray.direction.y } else { f64::INFINITY };
        if let Backdrop::Wall { z, material, skirting } = self.backdrop {
            let wall_distance =
                if ray.direction.z < -1e-9 { (z - ray.origin.z) / ray.direction.z } else { f64::INFINITY };
            if wall_distance > 0.0 && wall_distance < floor_distance {
                return wall(ray.at(wall_distance), wall_distance, material, skirting, seed);
            }
        }
        if floor_distance.is_finite() && floor_distance > 0.0 && floor_distance < 400.0 {
            let p = ray.at(floor_distance);
            return Background::Surface {
                distance: floor_distance,
                normal: DVec3::Y,
                color: self.floor.texture.on_plane(DVec2::new(p.x, p.z), seed),
                mirror: self.floor.mirror,
                roughness: self.floor.roughness,
                veil: self.veil(p, ray, floor_distance),
            };
        }
        Background::Glow(self.glow(ray.direction, secs, seed))
    }

    /// The light that comes from a direction in which nothing stands: what mirrors show.
    pub fn glow(&self, direction: DVec3, secs: f64, seed: u64) -> DVec3 {
        match self.backdrop {
            Backdrop::Wall { material, .. } => {
                // The rest of the room, out of the picture: dim walls, a bright ceiling, a window on the left.
                let base = material.texture.on_plane(DVec2::ZERO, seed);
                let ceiling = step(-0.1, 0.9, direction.y);
                let window = step(0.25, 0.45, direction.y)
                    * (1.0 - step(0.7, 0.85, direction.y))
                    * step(0.35, 0.5, -direction.x)
                    * step(0.0, 0.3, direction.z);
                base * (0.35 + 0.75 * ceiling) + DVec3::new(1.0, 0.97, 0.9) * (3.2 * window)
            }
            Backdrop::Sheet { low, high, .. } => {
                let softbox =
                    step(0.45, 0.62, direction.y) * step(0.1, 0.3, (direction.x * 0.8 + 0.5).min(0.9 - direction.x));
                low.lerp(high, step(-0.15, 0.55, direction.y)) + DVec3::splat(2.2 * softbox)
            }
            Backdrop::Sky { .. } => self.sky(direction, secs, seed),
        }
    }

    fn veil(&self, p: DVec3, ray: &Ray, distance: f64) -> (f64, DVec3) {
        match self.backdrop {
            Backdrop::Wall { .. } => (0.0, DVec3::ZERO),
            Backdrop::Sheet { low, high, fade_from, fade_to } => {
                let beyond = step(fade_from, fade_to, DVec2::new(p.x * 0.6, p.z.min(0.0)).length());
                (beyond, low.lerp(high, step(-0.15, 0.55, ray.direction.y)))
            }
            Backdrop::Sky { hills, horizon, .. } => (1.0 - libm::exp(-distance / 70.0), hills.lerp(horizon, 0.3)),
        }
    }

    fn sky(&self, direction: DVec3, secs: f64, seed: u64) -> DVec3 {
        let Backdrop::Sky { zenith, horizon, hills, cover, drift } = self.backdrop else { return DVec3::ZERO };
        let up = direction.y.max(0.0);
        let clear = horizon.lerp(zenith, step(0.0, 0.5, up));
        // Clouds lie on a flat layer, so that they shrink towards the horizon.
        let layer = DVec2::new(direction.x, direction.z) / (up + 0.16);
        let at = layer * 0.95 + DVec2::new(drift * secs, 0.0);
        let shape = layers2(at, 5, seed ^ 0xc1);
        let edge = 1.0 - cover;
        let density = step(edge * 0.78, edge * 0.78 + 0.2, shape) * step(-0.02, 0.1, up);
        // The same layer, looked at from a little further towards the light, tells where a cloud is thick.
        let thick = layers2(at + DVec2::new(-0.16, -0.12), 4, seed ^ 0xc1);
        let shade = 0.62 + 0.55 * step(-0.12, 0.16, shape - thick);
        let sky = clear.lerp(DVec3::new(1.0, 0.99, 0.97) * shade, density * 0.92);

        let azimuth = direction.x / direction.z.abs().max(0.2);
        let ridge = |height: f64, scale: f64, salt: u64| {
            let broad = smooth2(DVec2::new(azimuth * scale, 0.5), seed ^ salt);
            height * (0.3 + broad) + height * 0.1 * layers2(DVec2::new(azimuth * scale * 16.0, 0.5), 3, seed ^ salt)
        };
        let (high, low) = (ridge(0.062, 2.6, 0x51), ridge(0.026, 4.2, 0x52));
        // Woods and clearings on the nearer hills.
        let wood = layers2(DVec2::new(azimuth * 60.0, direction.y * 260.0), 3, seed ^ 0x53);
        let far = hills.lerp(horizon, 0.68);
        let near = (hills * (0.75 + 0.5 * wood)).lerp(horizon, 0.3);
        let soft = 0.002;
        let over_far = step(high - soft, high + soft, direction.y);
        let over_near = step(low - soft, low + soft, direction.y);
        near.lerp(far.lerp(sky, over_far), over_near)
    }
}

fn wall(p: DVec3, distance: f64, material: Material, skirting: (f64, DVec3), seed: u64) -> Background {
    let (board, paint) = skirting;
    let on_board = p.y < board;
    let color = if on_board {
        // A thin dark line where the board ends and where it meets the floor.
        paint * (0.5 + 0.5 * step(0.0, 0.012, (board - p.y).min(p.y + 0.004)))
    } else {
        material.texture.on_plane(DVec2::new(p.x, p.y), seed ^ 0x77)
    };
    let (mirror, roughness) = if on_board { (0.03, 0.3) } else { (material.mirror, material.roughness) };
    Background::Surface { distance, normal: DVec3::Z, color, mirror, roughness, veil: (0.0, DVec3::ZERO) }
}

/// A plain grey room, for tests and small fixtures.
impl Default for Surroundings {
    fn default() -> Self {
        let grey = Material::matte(Texture::Plain(DVec3::splat(0.4)));
        Self { floor: grey, backdrop: Backdrop::Wall { z: -2.0, material: grey, skirting: (0.0, DVec3::ZERO) } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_direction_has_a_finite_color() {
        let floor = Material::matte(Texture::Plain(DVec3::splat(0.5)));
        let backdrops = [
            Surroundings::default().backdrop,
            Backdrop::Sheet { low: DVec3::splat(0.5), high: DVec3::splat(0.9), fade_from: 1.0, fade_to: 4.0 },
            Backdrop::Sky {
                zenith: DVec3::new(0.1, 0.3, 0.8),
                horizon: DVec3::splat(0.8),
                hills: DVec3::splat(0.1),
                cover: 0.5,
                drift: 0.1,
            },
        ];
        for backdrop in backdrops {
            let world = Surroundings { floor, backdrop };
            for i in 0..3000u64 {
                let at = |n| crate::noise::unit(crate::noise::mix(i * 3 + n)) - 0.5;
                let ray = Ray { origin: DVec3::Y, direction: DVec3::new(at(0), at(1), at(2)).normalize() };
                let color = match world.meet(&ray, 1.0, 5) {
                    Background::Surface { color, distance, veil, .. } => {
                        assert!(distance > 0.0 && (0.0..=1.0).contains(&veil.0));
                        color + veil.1
                    }
                    Background::Glow(color) => color,
                };
                assert!(color.is_finite() && color.min_element() >= 0.0, "{backdrop:?} {ray:?} {color}");
            }
        }
    }

    #[test]
    fn a_wall_hides_the_floor_behind_it() {
        let ray = Ray { origin: DVec3::Y, direction: DVec3::new(0.0, -0.2, -1.0).normalize() };
        let Background::Surface { normal, .. } = Surroundings::default().meet(&ray, 0.0, 0) else {
            panic!("a room is closed")
        };
        assert_eq!(normal, DVec3::Z);
    }
}
