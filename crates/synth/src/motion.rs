//! Where bodies are at any time: recorded tracks, and the physics that makes them.
//!
//! Invariant: a [`Track`] is a pure function of time, so that a frame, a shutter interval and an annotation always agree.
//! Lengths are metres, times seconds, y points up. What moves along a track is left to [`crate::scene`]; which law a
//! story breaks is left to [`crate::samples`].

use glam::{DQuat, DVec3};

/// Standard gravity, in m/s² (ISO 80000-3: 9.80665 exactly).
pub const STANDARD_GRAVITY: f64 = 9.806_65;

/// Place and attitude.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pose {
    /// Where the body's origin is.
    pub position: DVec3,
    /// How the body is turned.
    pub orientation: DQuat,
}

impl Pose {
    /// Upright at a point.
    pub const fn at(position: DVec3) -> Self {
        Self { position, orientation: DQuat::IDENTITY }
    }
}

/// A stretch of motion with constant acceleration and constant angular acceleration about one axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Piece {
    /// When it begins.
    pub start_secs: f64,
    /// The pose at that time.
    pub pose: Pose,
    /// Velocity at that time, in m/s.
    pub velocity: DVec3,
    /// Acceleration throughout, in m/s².
    pub acceleration: DVec3,
    /// Angular velocity at that time, in rad/s about its own direction.
    pub spin: DVec3,
    /// Angular acceleration throughout, in rad/s². Parallel to `spin`, or zero.
    pub spin_acceleration: DVec3,
}

impl Piece {
    /// A body that does not move.
    pub const fn resting(start_secs: f64, pose: Pose) -> Self {
        Self {
            start_secs,
            pose,
            velocity: DVec3::ZERO,
            acceleration: DVec3::ZERO,
            spin: DVec3::ZERO,
            spin_acceleration: DVec3::ZERO,
        }
    }

    /// The velocity at a time, in m/s.
    pub fn velocity_at(&self, secs: f64) -> DVec3 {
        self.velocity + self.acceleration * (secs - self.start_secs)
    }

    /// The pose at a time.
    pub fn pose_at(&self, secs: f64) -> Pose {
        let t = secs - self.start_secs;
        let turn = self.spin * t + self.spin_acceleration * (0.5 * t * t);
        Pose {
            position: self.pose.position + self.velocity * t + self.acceleration * (0.5 * t * t),
            orientation: (DQuat::from_scaled_axis(turn) * self.pose.orientation).normalize(),
        }
    }
}

/// A pose for every time.
#[derive(Clone, Debug, PartialEq)]
pub enum Track {
    /// Never moves.
    Still(Pose),
    /// Pieces in ascending order of time; the first also holds before its start.
    Pieces(Vec<Piece>),
    /// Turns about a pivot, in the plane of x and y.
    Swing {
        /// The fixed point.
        pivot: DVec3,
        /// Time between two recorded angles.
        step_secs: f64,
        /// Angles from the vertical in radians, the first at time 0; the last holds ever after.
        angles: Vec<f64>,
    },
    /// Recorded poses, joined by straight lines.
    Recorded {
        /// Time between two poses.
        step_secs: f64,
        /// The first at time 0; the last holds ever after.
        poses: Vec<Pose>,
    },
}

impl Track {
    /// The pose at a time.
    pub fn pose(&self, secs: f64) -> Pose {
        match self {
            Self::Still(pose) => *pose,
            Self::Pieces(_) => self.piece(secs).map_or(Pose::at(DVec3::ZERO), |piece| piece.pose_at(secs)),
            Self::Swing { pivot, step_secs, angles } => {
                let at = (secs / step_secs).max(0.0);
                let index = (at as usize).min(angles.len().saturating_sub(1));
                let first = angles.get(index).copied().unwrap_or_default();
                let second = angles.get(index + 1).copied().unwrap_or(first);
                let angle = first + (second - first) * (at - index as f64).min(1.0);
                Pose { position: *pivot, orientation: DQuat::from_rotation_z(angle) }
            }
            Self::Recorded { step_secs, poses } => {
                let at = (secs / step_secs).max(0.0);
                let index = (at as usize).min(poses.len().saturating_sub(1));
                let first = poses.get(index).copied().unwrap_or(Pose::at(DVec3::ZERO));
                let second = poses.get(index + 1).copied().unwrap_or(first);
                let share = (at - index as f64).clamp(0.0, 1.0);
                // The shorter way round: a turn and its negative are the same attitude.
                let near = if first.orientation.dot(second.orientation) < 0.0 { -1.0 } else { 1.0 };
                Pose {
                    position: first.position.lerp(second.position, share),
                    orientation: (first.orientation * (1.0 - share) + second.orientation * (share * near)).normalize(),
                }
            }
        }
    }

    /// This track up to a time, another one from then on. Only pieces can be joined; other tracks stay as they are.
    #[must_use]
    pub fn then(self, secs: f64, later: Self) -> Self {
        match (self, later) {
            (Self::Pieces(first), Self::Pieces(second)) => {
                let keep = first.into_iter().filter(|piece| piece.start_secs < secs);
                Self::Pieces(keep.chain(second.into_iter().filter(|piece| piece.start_secs >= secs)).collect())
            }
            (first, _) => first,
        }
    }

    /// The piece that holds at a time.
    pub fn piece(&self, secs: f64) -> Option<&Piece> {
        match self {
            Self::Pieces(pieces) => {
                let after = pieces.partition_point(|piece| piece.start_secs <= secs);
                pieces.get(after.saturating_sub(1))
            }
            Self::Still(_) | Self::Swing { .. } | Self::Recorded { .. } => None,
        }
    }

    /// The times at which one piece ends and the next begins: bounces, hits, stops.
    pub fn turning_points_secs(&self) -> Vec<f64> {
        match self {
            Self::Pieces(pieces) => pieces.iter().skip(1).map(|piece| piece.start_secs).collect(),
            Self::Still(_) | Self::Swing { .. } | Self::Recorded { .. } => Vec::new(),
        }
    }
}

/// A vertical plane that bodies bounce off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Barrier {
    /// Any point of it.
    pub point: DVec3,
    /// Its horizontal unit normal, towards the side that bodies are on.
    pub normal: DVec3,
}

/// Where a ball may move.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    /// Gravity, in m/s². Along y only; pointing up, the floor is never met.
    pub gravity: f64,
    /// Height of the floor.
    pub floor: f64,
    /// Walls.
    pub barriers: Vec<Barrier>,
}

impl Default for Course {
    fn default() -> Self {
        Self { gravity: -STANDARD_GRAVITY, floor: 0.0, barriers: Vec::new() }
    }
}

/// A solid ball of even density and how it is let go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Throw {
    /// Its radius.
    pub radius: f64,
    /// Share of the speed that it keeps when it bounces, 0 to below 1.
    pub restitution: f64,
    /// Deceleration while it rolls, in m/s².
    pub rolling_drag: f64,
    /// When it is let go; it hangs still until then.
    pub release_secs: f64,
    /// Where.
    pub pose: Pose,
    /// How fast, in m/s.
    pub velocity: DVec3,
    /// How it turns, in rad/s.
    pub spin: DVec3,
}

/// Vertical speeds below this no longer bounce, in m/s.
const SETTLING_SPEED: f64 = 0.18;
/// More pieces than this and a track ends as it is: a ball caught between two close walls.
const MOST_PIECES: usize = 400;

/// Lets a ball fly, bounce, roll and come to rest; solved from contact to contact, without time steps.
///
/// Contacts grip: the point of contact stops sliding at once, which for a solid ball (moment of inertia 2/5·m·r²) takes
/// 2/7 of the slip from the velocity and gives 5/7 of it to the spin.
pub fn throw(ball: &Throw, course: &Course, until_secs: f64) -> Track {
    let mut pieces = vec![Piece::resting(0.0, ball.pose)];
    let mut state = Piece {
        start_secs: ball.release_secs,
        pose: ball.pose,
        velocity: ball.velocity,
        acceleration: DVec3::Y * course.gravity,
        spin: ball.spin,
        spin_acceleration: DVec3::ZERO,
    };
    let rest_height = course.floor + ball.radius;
    if on_floor(&state, rest_height, course.gravity) {
        state = rolling(state, ball);
    }
    while pieces.len() < MOST_PIECES {
        pieces.push(state);
        let Some((elapsed, contact)) = next_contact(&state, ball, course) else { break };
        let at = state.start_secs + elapsed;
        if at > until_secs {
            break;
        }
        let rolls = state.acceleration.y.abs() < f64::EPSILON;
        let mut next = Piece {
            start_secs: at,
            pose: state.pose_at(at),
            velocity: state.velocity_at(at),
            acceleration: DVec3::Y * course.gravity,
            spin: state.spin + state.spin_acceleration * elapsed,
            spin_acceleration: DVec3::ZERO,
        };
        match contact {
            Contact::Stop => {
                pieces.push(Piece::resting(at, next.pose));
                break;
            }
            Contact::Floor => {
                next.pose.position.y = rest_height;
                bounce(&mut next, DVec3::Y, ball);
                state = if next.velocity.y < SETTLING_SPEED { rolling(next, ball) } else { next };
            }
            Contact::Barrier(normal) => {
                bounce(&mut next, normal, ball);
                state = if rolls { rolling(next, ball) } else { next };
            }
        }
    }
    Track::Pieces(pieces)
}

enum Contact {
    Floor,
    Barrier(DVec3),
    Stop,
}

fn on_floor(state: &Piece, rest_height: f64, gravity: f64) -> bool {
    gravity < 0.0 && state.pose.position.y <= rest_height + 1e-9 && state.velocity.y <= SETTLING_SPEED
}

/// Velocity and spin just after the ball has touched a plane with this normal.
fn bounce(state: &mut Piece, normal: DVec3, ball: &Throw) {
    let into = state.velocity.dot(normal);
    let slip = (state.velocity - normal * into) + state.spin.cross(normal * -ball.radius);
    state.velocity -= normal * (into * (1.0 + ball.restitution)) + slip * (2.0 / 7.0);
    state.spin += normal.cross(slip) * (5.0 / 7.0 / ball.radius);
}

/// Rolls without slipping from here on, slowing down evenly.
fn rolling(state: Piece, ball: &Throw) -> Piece {
    let velocity = DVec3::new(state.velocity.x, 0.0, state.velocity.z);
    let acceleration = -velocity.normalize_or_zero() * ball.rolling_drag;
    Piece {
        velocity,
        acceleration,
        spin: DVec3::Y.cross(velocity) / ball.radius,
        spin_acceleration: DVec3::Y.cross(acceleration) / ball.radius,
        ..state
    }
}

/// The first contact after the start of a piece, in seconds from there.
fn next_contact(state: &Piece, ball: &Throw, course: &Course) -> Option<(f64, Contact)> {
    let rolls = state.acceleration.y.abs() < f64::EPSILON;
    let mut contacts = Vec::new();
    if rolls {
        let drag = state.acceleration.length();
        let speed = state.velocity.length();
        if speed < 1e-9 {
            contacts.push((0.0, Contact::Stop));
        } else if drag > 0.0 {
            contacts.push((speed / drag, Contact::Stop));
        }
    } else if course.gravity < 0.0 {
        let above = state.pose.position.y - course.floor - ball.radius;
        let t = first_root(above.max(0.0), state.velocity.y, state.acceleration.y);
        contacts.extend(t.map(|t| (t, Contact::Floor)));
    }
    for barrier in &course.barriers {
        let distance = (state.pose.position - barrier.point).dot(barrier.normal) - ball.radius;
        let (speed, pull) = (state.velocity.dot(barrier.normal), state.acceleration.dot(barrier.normal));
        if speed < 0.0 && distance > -ball.radius {
            let t = first_root(distance.max(0.0), speed, pull);
            contacts.extend(t.map(|t| (t, Contact::Barrier(barrier.normal))));
        }
    }
    contacts.into_iter().min_by(|a, b| a.0.total_cmp(&b.0))
}

/// The first time at which `distance + speed·t + pull·t²/2` falls to zero; `distance` is not negative.
fn first_root(distance: f64, speed: f64, pull: f64) -> Option<f64> {
    let root = speed * speed - 2.0 * pull * distance;
    if root < 0.0 {
        return None;
    }
    // Written so that nothing is divided by a `pull` of zero and nothing cancels.
    let time = if speed <= 0.0 {
        let sum = root.sqrt() - speed;
        if sum > 0.0 { 2.0 * distance / sum } else { return None }
    } else if pull < 0.0 {
        (-speed - root.sqrt()) / pull
    } else {
        return None;
    };
    (time.is_finite() && time >= 0.0).then_some(time)
}

/// A mathematical pendulum with a little drag: θ″ = −(g/L)·sin θ − c·θ′, by the classical Runge–Kutta method.
///
/// `angle` is from the vertical in radians, `drag` is c in 1/s.
pub fn swing(pivot: DVec3, length: f64, angle: f64, drag: f64, until_secs: f64) -> Track {
    let step_secs = 1.0 / 960.0;
    let pull = STANDARD_GRAVITY / length;
    let slope = |(theta, omega): (f64, f64)| (omega, -pull * libm::sin(theta) - drag * omega);
    let ahead = |from: (f64, f64), slope: (f64, f64), by: f64| (from.0 + slope.0 * by, from.1 + slope.1 * by);
    let count = (until_secs / step_secs).ceil().max(0.0) as usize + 2;
    let mut angles = Vec::with_capacity(count);
    let mut now = (angle, 0.0);
    for _ in 0..count {
        angles.push(now.0);
        let a = slope(now);
        let b = slope(ahead(now, a, step_secs / 2.0));
        let c = slope(ahead(now, b, step_secs / 2.0));
        let d = slope(ahead(now, c, step_secs));
        let mean = ((a.0 + 2.0 * (b.0 + c.0) + d.0) / 6.0, (a.1 + 2.0 * (b.1 + c.1) + d.1) / 6.0);
        now = ahead(now, mean, step_secs);
    }
    Track::Swing { pivot, step_secs, angles }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ball(height: f64) -> Throw {
        Throw {
            radius: 0.1,
            restitution: 0.8,
            rolling_drag: 0.3,
            release_secs: 0.5,
            pose: Pose::at(DVec3::new(0.0, height + 0.1, 0.0)),
            velocity: DVec3::ZERO,
            spin: DVec3::ZERO,
        }
    }

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-9, "{a} is not {b}");
    }

    #[test]
    fn free_fall_covers_half_g_t_squared() {
        let track = throw(&ball(2.0), &Course::default(), 3.0);
        close(track.pose(0.3).position.y, 2.1);
        close(track.pose(0.9).position.y, 2.1 - 0.5 * STANDARD_GRAVITY * 0.4 * 0.4);
    }

    #[test]
    fn a_bounce_keeps_the_restitution_squared_of_the_height() {
        let track = throw(&ball(1.0), &Course::default(), 4.0);
        let fall = (2.0 / STANDARD_GRAVITY).sqrt();
        let hits = track.turning_points_secs();
        close(hits[1], 0.5 + fall);
        close(hits[2], 0.5 + fall * (1.0 + 2.0 * 0.8));
        close(track.pose(0.5 + fall * 1.8).position.y, 0.1 + 0.64);
    }

    #[test]
    fn gravity_that_points_up_lifts_the_ball_as_fast_as_it_would_fall() {
        let course = Course { gravity: STANDARD_GRAVITY, ..Course::default() };
        let track = throw(&ball(1.0), &course, 3.0);
        close(track.pose(1.5).position.y, 1.1 + 0.5 * STANDARD_GRAVITY);
    }

    #[test]
    fn a_rolling_ball_does_not_slip_and_stops_where_its_speed_is_spent() {
        let mut roll = ball(0.0);
        roll.velocity = DVec3::new(1.2, 0.0, 0.0);
        let track = throw(&roll, &Course::default(), 30.0);
        close(track.pose(29.0).position.x, 1.2 * 1.2 / (2.0 * 0.3));
        // One radius of way turns the ball by one radian, clockwise as seen from +z.
        let early = track.pose(0.5 + 1e-3);
        let (axis, turn) = early.orientation.to_axis_angle();
        close(axis.z * turn, -early.position.x / 0.1);
    }

    #[test]
    fn a_landing_ball_grips_and_then_neither_slips_nor_gains_energy() {
        let mut thrown = ball(1.0);
        thrown.velocity = DVec3::new(2.0, 0.0, 0.0);
        let Track::Pieces(pieces) = throw(&thrown, &Course::default(), 2.0) else {
            panic!("a thrown ball moves in pieces")
        };
        let (before, after) = (pieces[1], pieces[2]);
        close(after.velocity.x, 2.0 * 5.0 / 7.0);
        close(after.velocity.x + after.spin.cross(DVec3::NEG_Y * 0.1).x, 0.0);
        let energy = |v: DVec3, w: DVec3| 0.5 * v.length_squared() + 0.2 * 0.01 * w.length_squared();
        let landing = before.velocity_at(after.start_secs);
        assert!(energy(after.velocity, after.spin) < energy(landing, before.spin));
    }

    #[test]
    fn a_wall_turns_a_ball_back() {
        let mut roll = ball(0.0);
        roll.velocity = DVec3::new(2.0, 0.0, 0.0);
        let wall = Barrier { point: DVec3::new(1.1, 0.0, 0.0), normal: DVec3::NEG_X };
        let track = throw(&roll, &Course { barriers: vec![wall], ..Course::default() }, 9.0);
        let farthest = (0..900).map(|i| track.pose(f64::from(i) / 100.0).position.x).fold(0.0, f64::max);
        assert!((farthest - 1.0).abs() < 0.02, "{farthest}");
        assert!(track.pose(9.0).position.x < 1.0);
        assert!(farthest <= 1.0 + 1e-9);
    }

    #[test]
    fn a_small_swing_has_the_period_of_the_textbook() {
        let track = swing(DVec3::ZERO, 1.0, 0.02, 0.0, 3.0);
        let period = 2.0 * std::f64::consts::PI * (1.0 / STANDARD_GRAVITY).sqrt();
        let angle =
            |secs: f64| track.pose(secs).orientation.to_axis_angle().1 * track.pose(secs).orientation.z.signum();
        assert!(angle(period / 4.0).abs() < 2e-5);
        assert!((angle(period) - 0.02).abs() < 2e-5);
        assert!((angle(period / 2.0) + 0.02).abs() < 2e-5);
    }
}
