//! What colour is seen along a ray.
//!
//! Invariant: light is finite and not negative. One mirror image is followed, not the mirror image in it.

use std::sync::LazyLock;

use glam::{DVec2, DVec3};

use super::instant::{Body, Instant, Touch};
use crate::noise::{mix, step, unit};
use crate::scene::{Light, Object, Scene, WindowLight};
use crate::shape::{Ray, Shape};
use crate::surroundings::{Backdrop, Background};

/// Rays that leave a surface start this far above it, in metres.
const LIFT: f64 = 1e-4;

/// Rays to the lamp from a point, for bodies without a formula.
const LAMP_RAYS: usize = 4;

/// The random part of one line of sight: fixed by its pixel and its place in it.
#[derive(Clone, Copy)]
pub(super) struct Jitter {
    /// Where on [`DISC`] this line of sight begins.
    start: usize,
    /// A number from 0 to 1: which of the rays meet a body that is half there.
    pub(super) chance: f64,
}

/// 64 points spread evenly over the unit disc, each a golden angle on from the last (Vogel 1979).
static DISC: LazyLock<[DVec2; 64]> = LazyLock::new(|| {
    std::array::from_fn(|k| {
        let angle = k as f64 * 2.399_963_229_728_653;
        DVec2::new(libm::cos(angle), libm::sin(angle)) * ((k as f64 + 0.5) / 64.0).sqrt()
    })
});

impl Jitter {
    pub(super) fn new(sample: usize, noise: u64) -> Self {
        // The sixteen lines of sight of a pixel share out the points among them, from a start that differs from pixel to
        // pixel. Seven shares no factor with sixteen: the first four already lie inside and outside.
        let start = sample * 7 % 16 + (noise % 64) as usize;
        let chance = (sample as f64 * 0.618_033_988_75 + unit(mix(noise))).fract();
        Self { start, chance }
    }

    /// Point `index` of the four points of the unit disc that belong to this line of sight.
    fn disc(self, index: usize) -> DVec2 {
        DISC[(self.start + 16 * index) % 64]
    }
}

/// A point of a surface, ready for light.
#[derive(Clone, Copy)]
pub(super) struct Surface {
    pub(super) point: DVec3,
    normal: DVec3,
    color: DVec3,
    pub(super) mirror: f64,
    roughness: f64,
    veil: (f64, DVec3),
}

/// What lies behind all bodies along a ray.
pub(super) struct Behind {
    /// How far away it is, in metres.
    pub(super) distance: f64,
    /// A surface, or light from far away.
    pub(super) seen: Result<Surface, DVec3>,
}

/// Looks up colours in a scene at one moment.
pub(super) struct Shader<'a> {
    scene: &'a Scene,
    instant: &'a Instant<'a>,
}

impl<'a> Shader<'a> {
    pub(super) fn new(scene: &'a Scene, instant: &'a Instant<'a>) -> Self {
        Self { scene, instant }
    }

    /// Linear light along a ray.
    pub(super) fn color(&self, ray: &Ray, jitter: Jitter) -> DVec3 {
        self.seen(ray, jitter, &[])
    }

    /// Linear light along a ray past some bodies.
    fn seen(&self, ray: &Ray, jitter: Jitter, skip: &[&Object]) -> DVec3 {
        let behind = self.behind(ray);
        let touch = self.instant.touch(ray, jitter.chance, |sight| sight.eye, skip);
        match (touch.filter(|touch| touch.distance < behind.distance), behind.seen) {
            (Some(touch), _) => self.of_body(&touch, ray, jitter, || {
                let mut passed = skip.to_vec();
                passed.push(touch.body.object);
                self.seen(ray, jitter, &passed)
            }),
            (None, Ok(surface)) => self.of_surface(&surface, None, ray, jitter),
            (None, Err(glow)) => glow,
        }
    }

    /// What is seen where a ray meets a body; `through` is asked for what lies behind a clear one.
    pub(super) fn of_body(
        &self,
        touch: &Touch<'_>,
        ray: &Ray,
        jitter: Jitter,
        through: impl FnOnce() -> DVec3,
    ) -> DVec3 {
        let own = self.of_surface(&self.surface_of(touch, ray), Some(touch.body), ray, jitter);
        if touch.body.clarity > 0.0 { own.lerp(through(), touch.body.clarity) } else { own }
    }

    /// What lies behind all bodies.
    pub(super) fn behind(&self, ray: &Ray) -> Behind {
        match self.scene.surroundings.meet(ray, self.instant.secs, self.scene.seed) {
            Background::Surface { distance, normal, color, mirror, roughness, veil } => Behind {
                distance,
                seen: Ok(Surface { point: ray.at(distance), normal, color, mirror, roughness, veil }),
            },
            Background::Glow(light) => Behind { distance: f64::INFINITY, seen: Err(light) },
        }
    }

    /// A surface in its light, with what it mirrors.
    fn of_surface(&self, surface: &Surface, body: Option<&Body<'_>>, ray: &Ray, jitter: Jitter) -> DVec3 {
        let mut light = self.lit(surface, body, ray, jitter);
        if surface.mirror > 0.0 {
            let (share, mirrored) = mirror(surface, ray, jitter);
            light = light * (1.0 - share) + self.mirrored(&mirrored, jitter).1 * share;
        }
        light.lerp(surface.veil.1, surface.veil.0)
    }

    /// How far away what a mirror shows is, and its light.
    pub(super) fn mirrored(&self, ray: &Ray, jitter: Jitter) -> (f64, DVec3) {
        let behind = self.behind(ray);
        if let Some((distance, light)) = self.mirrored_body(ray, jitter, behind.distance) {
            return (distance, light);
        }
        let light = match behind.seen {
            Ok(second) => self.lit(&second, None, ray, jitter).lerp(second.veil.1, second.veil.0),
            Err(glow) => glow,
        };
        (behind.distance, light)
    }

    /// The same for bodies alone, up to a distance.
    pub(super) fn mirrored_body(&self, ray: &Ray, jitter: Jitter, limit: f64) -> Option<(f64, DVec3)> {
        let touch = self.instant.touch(ray, jitter.chance, |sight| sight.mirror, &[]);
        let touch = touch.filter(|touch| touch.distance < limit)?;
        let second = self.surface_of(&touch, ray);
        Some((touch.distance, self.lit(&second, Some(touch.body), ray, jitter).lerp(second.veil.1, second.veil.0)))
    }

    pub(super) fn surface_of(&self, touch: &Touch<'_>, ray: &Ray) -> Surface {
        let (body, point) = (touch.body, ray.at(touch.distance));
        let own = body.own_point(point);
        let own_normal = body.own_direction(touch.normal);
        let first = &body.object.material;
        let mut color = first.texture.on_body(own, own_normal, self.scene.seed);
        if let Some((_, second)) = body.object.repaint.as_ref().filter(|_| body.repainted > 0.0) {
            color = color.lerp(second.texture.on_body(own, own_normal, self.scene.seed), body.repainted);
        }
        Surface {
            point,
            normal: touch.normal,
            color,
            mirror: first.mirror,
            roughness: first.roughness,
            veil: (0.0, DVec3::ZERO),
        }
    }

    /// Light that a surface throws back in all directions, and the lamp's own image in it.
    fn lit(&self, surface: &Surface, body: Option<&Body<'_>>, ray: &Ray, jitter: Jitter) -> DVec3 {
        let lamp = self.lamp(surface, body, jitter);
        self.shaded(surface, ray, lamp, self.openness(surface, body) * self.corner(surface, body))
    }

    /// How much of the lamp's light gets to a surface, 0 to 1.
    pub(super) fn lamp(&self, surface: &Surface, body: Option<&Body<'_>>, jitter: Jitter) -> f64 {
        let light = &self.scene.light;
        if surface.normal.dot(light.towards) <= 0.0 {
            return 0.0;
        }
        let open = self.unhidden(surface, body, jitter);
        if open > 0.0 { open * window(light, surface.point) } else { 0.0 }
    }

    /// How much of the lamp is seen from a surface past the bodies, 0 to 1.
    pub(super) fn unhidden(&self, surface: &Surface, body: Option<&Body<'_>>, jitter: Jitter) -> f64 {
        self.lamp_seen_from(surface.point + surface.normal * LIFT, body, jitter)
    }

    /// A surface under that much of the lamp's light and that much of the light from all around.
    pub(super) fn shaded(&self, surface: &Surface, ray: &Ray, lamp_share: f64, open: f64) -> DVec3 {
        let light = &self.scene.light;
        let facing = surface.normal.dot(light.towards);
        let mut shine = DVec3::ZERO;
        let mut gleam = DVec3::ZERO;
        if facing > 0.0 && lamp_share > 0.0 {
            let lamp = light.color * lamp_share;
            shine = lamp * facing;
            if surface.mirror > 0.0 && surface.roughness < 0.5 {
                let straight = ray.direction - surface.normal * (2.0 * ray.direction.dot(surface.normal));
                let width = light.spread + surface.roughness;
                let off = 1.0 - straight.dot(light.towards);
                // The lamp's image: a soft spot as wide as the lamp and the smear together.
                gleam = lamp * (step(-width * width * 1.2, -width * width * 0.2, -off) * (0.25 + surface.mirror * 4.0));
            }
        }
        let sky_share = 0.5 + 0.5 * surface.normal.y;
        let height = surface.point.y.max(0.0);
        let below = (height + 0.02) / (height + 0.14);
        let around = light.sky * sky_share + light.bounce * ((1.0 - sky_share) * below);
        surface.color * (shine + around * open) + gleam
    }

    /// A background surface under that much light, with what it mirrors.
    pub(super) fn finished(&self, surface: &Surface, ray: &Ray, lamp: f64, open: f64, mirrored: (f64, DVec3)) -> DVec3 {
        let light = self.shaded(surface, ray, lamp, open);
        let (share, seen) = mirrored;
        (light * (1.0 - share) + seen * share).lerp(surface.veil.1, surface.veil.0)
    }

    /// How much of the lamp is seen from a point, 0 to 1. Balls hide it by a formula, other bodies are asked with rays to
    /// the four points of the lamp that the jitter picks.
    fn lamp_seen_from(&self, point: DVec3, own: Option<&Body<'_>>, jitter: Jitter) -> f64 {
        let light = &self.scene.light;
        let mut picked: Option<[DVec3; LAMP_RAYS]> = None;
        let mut seen = 1.0;
        for body in &self.instant.bodies {
            let itself = own.is_some_and(|own| std::ptr::eq(own.object, body.object));
            if !body.object.sight.lamp || (itself && matches!(body.shape, Shape::Ball { .. } | Shape::Egg { .. })) {
                continue;
            }
            let to_center = body.position - point;
            let along = to_center.dot(light.towards);
            if along < -body.bounding_radius {
                continue;
            }
            let aside = (to_center.length_squared() - along * along).max(0.0).sqrt();
            let blur = along.max(0.0) * light.spread;
            if aside > body.bounding_radius + blur {
                continue;
            }
            let hidden = if let Shape::Ball { radius } = body.shape {
                if along <= 0.0 { 0.0 } else { ball_hides(aside, radius, blur) }
            } else {
                let origin = body.own_point(point);
                let directions = picked.get_or_insert_with(|| {
                    let (side, up) = across(light.towards);
                    std::array::from_fn(|index| {
                        let off = jitter.disc(index) * light.spread;
                        (light.towards + side * off.x + up * off.y).normalize()
                    })
                });
                let stopped = directions.iter().filter(|&&direction| {
                    body.shape.cross(&Ray { origin, direction: body.own_direction(direction) }).is_some()
                });
                stopped.count() as f64 / LAMP_RAYS as f64
            };
            seen *= 1.0 - hidden * body.presence * (1.0 - body.clarity);
        }
        seen
    }

    /// How much of the light from all around reaches a surface past the bodies next to it, 0 to 1.
    pub(super) fn openness(&self, surface: &Surface, own: Option<&Body<'_>>) -> f64 {
        let mut open = 1.0;
        for body in &self.instant.bodies {
            if !body.object.sight.lamp || own.is_some_and(|own| std::ptr::eq(own.object, body.object)) {
                continue;
            }
            let to_center = body.position - surface.point;
            let distance_squared = to_center.length_squared();
            if distance_squared > 36.0 * body.bounding_radius * body.bounding_radius {
                continue;
            }
            let distance = distance_squared.sqrt();
            let hidden = if let Shape::Ball { radius } = body.shape {
                // The share of the sky, weighted by the cosine, that a ball above the horizon fills.
                let facing = (surface.normal.dot(to_center) / distance).max(0.0);
                facing * (radius * radius / (distance * distance)).min(1.0)
            } else {
                let half = body.shape.half_extent();
                let own_point = body.own_point(surface.point);
                let gap = (own_point - own_point.clamp(-half, half)).length();
                let reach = 0.6 * half.min_element().max(0.02);
                let facing = (0.5 + 0.5 * surface.normal.dot(to_center) / distance.max(1e-9)).clamp(0.0, 1.0);
                0.6 * facing * (reach / (reach + gap)) * (reach / (reach + gap))
            };
            open *= 1.0 - 0.9 * hidden * body.presence * (1.0 - body.clarity);
        }
        open
    }

    /// How much of the light from all around gets into the corner between floor and wall, 0 to 1.
    pub(super) fn corner(&self, surface: &Surface, own: Option<&Body<'_>>) -> f64 {
        let (Backdrop::Wall { z, .. }, None) = (&self.scene.surroundings.backdrop, own) else { return 1.0 };
        let gap = (surface.point.z - z).max(surface.point.y).abs();
        1.0 - 0.4 / ((1.0 + gap * 5.0) * (1.0 + gap * 5.0))
    }
}

/// The share of what a surface mirrors in what is seen of it, and the ray to what it mirrors.
pub(super) fn mirror(surface: &Surface, ray: &Ray, jitter: Jitter) -> (f64, Ray) {
    let facing = (-ray.direction.dot(surface.normal)).clamp(0.0, 1.0);
    // Schlick's approximation of Fresnel's law; rough surfaces lose the glancing part.
    let away = 1.0 - facing;
    let glancing = away * away * away * away * away * (1.0 - surface.roughness).max(0.0);
    let share = surface.mirror + (1.0 - surface.mirror) * glancing;
    let smear = surface.roughness * surface.roughness * 0.5;
    let (side, up) = across(surface.normal);
    let straight = ray.direction - surface.normal * (2.0 * ray.direction.dot(surface.normal));
    let off = jitter.disc(0) * smear;
    let direction = (straight + side * off.x + up * off.y).normalize();
    (share, Ray { origin: surface.point + surface.normal * LIFT, direction })
}

/// Two unit vectors across a third.
fn across(axis: DVec3) -> (DVec3, DVec3) {
    let helper = if axis.y.abs() < 0.9 { DVec3::Y } else { DVec3::X };
    let side = helper.cross(axis).normalize();
    (side, axis.cross(side))
}

/// The share of a lamp that a ball hides whose middle passes `aside` metres from the line to the lamp, where the lamp's
/// cone is `blur` metres wide: smooth from the umbra's edge to the penumbra's.
fn ball_hides(aside: f64, radius: f64, blur: f64) -> f64 {
    let blur = blur.max(1e-6);
    let most = (radius / blur).min(1.0);
    most * most * (1.0 - step(radius - blur, radius + blur, aside))
}

/// The share of the lamp's light that comes through the window to a point, 0 to 1.
fn window(light: &Light, point: DVec3) -> f64 {
    let Some(WindowLight { center, half_width, half_height, bar, softness, elsewhere }) = light.window else {
        return 1.0;
    };
    let (side, up) = across(light.towards);
    let from_center = point - center;
    let pane = |at: f64, half: f64| {
        let from_middle = at.abs();
        step(bar - softness, bar + softness, from_middle) * (1.0 - step(half - softness, half + softness, from_middle))
    };
    let through = pane(from_center.dot(side), half_width) * pane(from_center.dot(up), half_height);
    elsewhere + (1.0 - elsewhere) * through
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ball_hides_all_of_a_small_lamp_and_part_of_a_large_one() {
        assert!((ball_hides(0.0, 1.0, 0.1) - 1.0).abs() < 1e-12);
        assert!(ball_hides(1.2, 1.0, 0.1).abs() < 1e-12);
        assert!((ball_hides(1.0, 1.0, 0.1) - 0.5).abs() < 1e-12);
        assert!((ball_hides(0.0, 1.0, 2.0) - 0.25 * (1.0 - step(-1.0, 3.0, 0.0))).abs() < 1e-12);
    }

    #[test]
    fn the_axes_across_a_direction_are_square_to_it() {
        for axis in [DVec3::Y, DVec3::new(0.3, 0.8, -0.2).normalize()] {
            let (side, up) = across(axis);
            assert!(side.dot(axis).abs() < 1e-12 && up.dot(axis).abs() < 1e-12 && side.dot(up).abs() < 1e-12);
        }
    }
}
