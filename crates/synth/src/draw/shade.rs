//! What colour is seen along a ray.
//!
//! Invariant: light is finite and not negative. One mirror image is followed, not the mirror image in it.

use std::sync::LazyLock;

use glam::{DVec2, DVec3};

use super::instant::{Body, Instant, Touch};
use crate::noise::{mix, step, unit};
use crate::scene::{Light, Scene, WindowLight};
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
    /// A number from 0 to 1.
    chance: f64,
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
struct Surface {
    point: DVec3,
    normal: DVec3,
    color: DVec3,
    mirror: f64,
    roughness: f64,
    veil: (f64, DVec3),
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
        let (surface, body) = match self.meet(ray, jitter) {
            Ok(met) => met,
            Err(glow) => return glow,
        };
        let mut light = self.lit(&surface, body, ray, jitter);
        if surface.mirror > 0.0 {
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
            let mirrored = Ray { origin: surface.point + surface.normal * LIFT, direction };
            let seen = match self.meet(&mirrored, jitter) {
                Ok((second, second_body)) => {
                    let lit = self.lit(&second, second_body, &mirrored, jitter);
                    lit.lerp(second.veil.1, second.veil.0)
                }
                Err(glow) => glow,
            };
            light = light * (1.0 - share) + seen * share;
        }
        light.lerp(surface.veil.1, surface.veil.0)
    }

    /// The surface that a ray meets, and whose it is; light from far away when it meets none.
    fn meet(&self, ray: &Ray, jitter: Jitter) -> Result<(Surface, Option<&'a Body<'a>>), DVec3> {
        let background = self.scene.surroundings.meet(ray, self.instant.secs, self.scene.seed);
        let limit = match background {
            Background::Surface { distance, .. } => distance,
            Background::Glow(_) => f64::INFINITY,
        };
        if let Some(touch) = self.instant.touch(ray, jitter.chance).filter(|touch| touch.distance < limit) {
            return Ok((self.surface_of(&touch, ray), Some(touch.body)));
        }
        match background {
            Background::Surface { distance, normal, color, mirror, roughness, veil } => {
                Ok((Surface { point: ray.at(distance), normal, color, mirror, roughness, veil }, None))
            }
            Background::Glow(light) => Err(light),
        }
    }

    fn surface_of(&self, touch: &Touch<'_>, ray: &Ray) -> Surface {
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
        let light = &self.scene.light;
        let facing = surface.normal.dot(light.towards);
        let mut shine = DVec3::ZERO;
        let mut gleam = DVec3::ZERO;
        if facing > 0.0 {
            let open = self.lamp_seen_from(surface.point + surface.normal * LIFT, body, jitter);
            if open > 0.0 {
                let lamp = light.color * (open * window(light, surface.point));
                shine = lamp * facing;
                if surface.mirror > 0.0 && surface.roughness < 0.5 {
                    let straight = ray.direction - surface.normal * (2.0 * ray.direction.dot(surface.normal));
                    let width = light.spread + surface.roughness;
                    let off = 1.0 - straight.dot(light.towards);
                    // The lamp's image: a soft spot as wide as the lamp and the smear together.
                    gleam =
                        lamp * (step(-width * width * 1.2, -width * width * 0.2, -off) * (0.25 + surface.mirror * 4.0));
                }
            }
        }
        let sky_share = 0.5 + 0.5 * surface.normal.y;
        let height = surface.point.y.max(0.0);
        let below = (height + 0.02) / (height + 0.14);
        let around = light.sky * sky_share + light.bounce * ((1.0 - sky_share) * below);
        surface.color * (shine + around * self.openness(surface, body)) + gleam
    }

    /// How much of the lamp is seen from a point, 0 to 1. Balls hide it by a formula, other bodies are asked with rays to
    /// the four points of the lamp that the jitter picks.
    fn lamp_seen_from(&self, point: DVec3, own: Option<&Body<'_>>, jitter: Jitter) -> f64 {
        let light = &self.scene.light;
        let (side, up) = across(light.towards);
        let picked: [DVec3; LAMP_RAYS] = std::array::from_fn(|index| {
            let off = jitter.disc(index) * light.spread;
            (light.towards + side * off.x + up * off.y).normalize()
        });
        let mut seen = 1.0;
        for body in &self.instant.bodies {
            if own.is_some_and(|own| std::ptr::eq(own, body)) && matches!(body.object.shape, Shape::Ball { .. }) {
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
            let hidden = if let Shape::Ball { radius } = body.object.shape {
                if along <= 0.0 { 0.0 } else { ball_hides(aside, radius, blur) }
            } else {
                let origin = body.own_point(point);
                let stopped = picked.iter().filter(|&&direction| {
                    body.object.shape.cross(&Ray { origin, direction: body.own_direction(direction) }).is_some()
                });
                stopped.count() as f64 / LAMP_RAYS as f64
            };
            seen *= 1.0 - hidden * body.presence;
        }
        seen
    }

    /// How much of the light from all around reaches a surface past the bodies next to it, 0 to 1.
    fn openness(&self, surface: &Surface, own: Option<&Body<'_>>) -> f64 {
        let mut open = 1.0;
        for body in &self.instant.bodies {
            if own.is_some_and(|own| std::ptr::eq(own, body)) {
                continue;
            }
            let to_center = body.position - surface.point;
            let distance = to_center.length();
            if distance > 6.0 * body.bounding_radius {
                continue;
            }
            let hidden = if let Shape::Ball { radius } = body.object.shape {
                // The share of the sky, weighted by the cosine, that a ball above the horizon fills.
                let facing = (surface.normal.dot(to_center) / distance).max(0.0);
                facing * (radius * radius / (distance * distance)).min(1.0)
            } else {
                let half = body.object.shape.half_extent();
                let own_point = body.own_point(surface.point);
                let gap = (own_point - own_point.clamp(-half, half)).length();
                let reach = 0.6 * half.min_element().max(0.02);
                let facing = (0.5 + 0.5 * surface.normal.dot(to_center) / distance.max(1e-9)).clamp(0.0, 1.0);
                0.6 * facing * (reach / (reach + gap)) * (reach / (reach + gap))
            };
            open *= 1.0 - 0.9 * hidden * body.presence;
        }
        if let (Backdrop::Wall { z, .. }, None) = (&self.scene.surroundings.backdrop, own) {
            // The corner between floor and wall.
            let gap = (surface.point.z - z).max(surface.point.y).abs();
            open *= 1.0 - 0.4 / ((1.0 + gap * 5.0) * (1.0 + gap * 5.0));
        }
        open
    }
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
