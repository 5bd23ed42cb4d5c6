//! The stories of the sample clips, each in a possible and an impossible version.
//!
//! Invariant: the two versions of a story share everything up to the moment in which a law is broken. How a clip is
//! encoded and written down is left to [`crate::publish`].

mod indoors;
mod matter;
mod order;
mod outdoors;
mod props;

use serde::{Deserialize, Serialize};

use crate::event::Breach;
use crate::scene::Scene;

/// Which version of a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All laws hold.
    Possible,
    /// One law is broken.
    Impossible,
}

/// A text in the languages of the site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// English.
    pub en: String,
    /// Simplified Chinese.
    pub zh: String,
}

impl Text {
    fn new(en: &str, zh: &str) -> Self {
        Self { en: en.to_owned(), zh: zh.to_owned() }
    }
}

/// A scene, and what in it cannot happen.
#[derive(Clone, Debug)]
pub struct Staged {
    /// The world.
    pub scene: Scene,
    /// What breaks a law, if anything does.
    pub breach: Option<Breach>,
}

/// A sample clip before it is drawn.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The clip's name without its extension.
    pub name: &'static str,
    /// Two to four words.
    pub title: Text,
    /// One sentence: what is seen.
    pub story: Text,
    /// The version that is shown.
    pub outcome: Outcome,
    /// When the poster is taken, in seconds.
    pub poster_secs: f64,
    stage: fn(Outcome) -> Staged,
}

impl Sample {
    /// The clip as it is shown.
    pub fn staged(&self) -> Staged {
        self.version(self.outcome)
    }

    /// Either version. A story without a law to break has the same scene in both.
    pub fn version(&self, outcome: Outcome) -> Staged {
        (self.stage)(outcome)
    }
}

/// The twelve sample clips, in the order in which they are shown.
pub fn all() -> Vec<Sample> {
    use Outcome::{Impossible, Possible};
    vec![
        Sample {
            name: "ball-bounces",
            title: Text::new("A ball bounces", "小球弹跳"),
            story: Text::new(
                "A ball drops into the room and bounces, a little lower each time, as a ball should.",
                "小球落进房间并弹起，一次比一次低，一切如常。",
            ),
            outcome: Possible,
            poster_secs: 0.92,
            stage: indoors::bounce,
        },
        Sample {
            name: "ball-falls-up",
            title: Text::new("A ball falls upwards", "小球向上坠落"),
            story: Text::new(
                "Two balls roll off a ledge. The first falls down; the second falls up.",
                "两个小球先后滚出台面：第一个落向地面，第二个却“落”向空中。",
            ),
            outcome: Impossible,
            poster_secs: 2.34,
            stage: indoors::fall_up,
        },
        Sample {
            name: "ball-vanishes",
            title: Text::new("A ball vanishes", "小球凭空消失"),
            story: Text::new(
                "A red ball rolls across the floor and is gone in mid-roll, with nothing in front of it.",
                "红球滚过地面，途中没有任何遮挡，却突然消失。",
            ),
            outcome: Impossible,
            poster_secs: 1.55,
            stage: indoors::vanish,
        },
        Sample {
            name: "ball-changes-color",
            title: Text::new("A ball changes colour", "小球变色"),
            story: Text::new(
                "A ball swings on a thread. On its way it turns from blue to orange.",
                "挂在线上的小球来回摆动，途中由蓝色变成橙色。",
            ),
            outcome: Impossible,
            poster_secs: 2.0,
            stage: indoors::change_color,
        },
        Sample {
            name: "ball-through-wall",
            title: Text::new("A ball passes through a wall", "小球穿墙而过"),
            story: Text::new(
                "A ball rolls towards a brick wall and comes out on the other side. The wall has no hole.",
                "小球滚向砖墙，竟从另一侧穿出，而墙上并没有洞。",
            ),
            outcome: Impossible,
            poster_secs: 1.7,
            stage: outdoors::through_wall,
        },
        Sample {
            name: "ordinary-scene",
            title: Text::new("An ordinary scene", "平常一幕"),
            story: Text::new(
                "A toy cart rolls past a swinging ball while clouds drift by. No law is broken.",
                "玩具小车驶过摆动的小球，白云飘过，没有违反任何规律。",
            ),
            outcome: Possible,
            poster_secs: 1.9,
            stage: outdoors::ordinary,
        },
        Sample {
            name: "shadow-points-to-sun",
            title: Text::new("A shadow points to the sun", "影子指向太阳"),
            story: Text::new(
                "A ball rolls past blocks in the evening sun. Its shadow falls towards the light.",
                "夕阳下小球滚过积木，它的影子却朝向光源。",
            ),
            outcome: Impossible,
            poster_secs: 1.6,
            stage: order::shadow,
        },
        Sample {
            name: "tower-rebuilds",
            title: Text::new("A tower rebuilds itself", "积木塔自行复原"),
            story: Text::new(
                "A ball knocks a tower over. Then everything runs backwards and the tower stands again.",
                "小球撞倒积木塔，随后一切倒流，塔又立了起来。",
            ),
            outcome: Impossible,
            poster_secs: 1.5,
            stage: order::tower,
        },
        Sample {
            name: "ball-stands-on-water",
            title: Text::new("A ball stands on water", "小球停在水面上"),
            story: Text::new(
                "Two balls fall into a tank. The first dips in and floats; the second stays on top as if on glass.",
                "两个小球落入水箱：第一个沉下又浮起，第二个却像落在玻璃上一样停在水面。",
            ),
            outcome: Impossible,
            poster_secs: 2.6,
            stage: matter::water,
        },
        Sample {
            name: "ball-doubles",
            title: Text::new("One ball becomes two", "一球变两球"),
            story: Text::new(
                "A ball rolls over the tiles, and a second one like it comes out of it.",
                "小球滚过瓷砖，途中从它身上又滚出一个一模一样的球。",
            ),
            outcome: Impossible,
            poster_secs: 2.5,
            stage: matter::double,
        },
        Sample {
            name: "ball-sets-off",
            title: Text::new("A ball sets off by itself", "小球自己滚动"),
            story: Text::new(
                "Three balls lie still on the floor. One of them rolls away, though nothing touches it.",
                "三个小球静静躺在地上，其中一个无人触碰却自己滚走了。",
            ),
            outcome: Impossible,
            poster_secs: 2.2,
            stage: order::sets_off,
        },
        Sample {
            name: "puddle-becomes-cube",
            title: Text::new("A puddle becomes a cube", "融水变回方块"),
            story: Text::new(
                "A block of chocolate melts on a warm plate. Half melted, it gathers itself and is a cube again.",
                "一块巧克力在温热的盘子上融化，融到一半却自行聚拢，又变成方块。",
            ),
            outcome: Impossible,
            poster_secs: 1.9,
            stage: matter::melt,
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::{Format, Quality, picture};
    use crate::event::outline;

    const TINY: Format = Format { width: 96, height: 54, frame_rate_fps: 24, quality: Quality::Draft };

    #[test]
    fn clips_last_three_to_four_seconds_and_broken_ones_say_where() {
        for sample in all() {
            let Staged { scene, breach } = sample.staged();
            assert!((3.0..=4.0).contains(&scene.duration_secs), "{}", sample.name);
            assert_eq!(breach.is_some(), sample.outcome == Outcome::Impossible, "{}", sample.name);
            assert!(sample.version(Outcome::Possible).breach.is_none(), "{}", sample.name);
            if let Some(breach) = breach {
                let event = breach.seen(&scene, &TINY).unwrap();
                assert!(event.interval.start < event.interval.end, "{}", sample.name);
                assert!(event.interval.start.as_micros() >= 0, "{}", sample.name);
                assert!(event.interval.end.as_secs_f64() < scene.duration_secs, "{}", sample.name);
            }
        }
    }

    #[test]
    fn twins_are_equal_before_the_event_and_differ_inside_its_box_during_it() {
        for sample in all().iter().filter(|sample| sample.outcome == Outcome::Impossible) {
            let broken = sample.staged();
            let kept = sample.version(Outcome::Possible);
            let breach = broken.breach.unwrap();
            let event = breach.seen(&broken.scene, &TINY).unwrap();
            let first = (event.interval.start.as_secs_f64() * 24.0).round() as usize;
            let last = (event.interval.end.as_secs_f64() * 24.0).round() as usize;
            let before = first.saturating_sub(2);
            // What is wrong from the first frame on has nothing before it.
            let spatial = breach.law.is_spatial();
            assert!(spatial || first > 2, "{}", sample.name);
            if !spatial {
                assert_eq!(
                    picture(&broken.scene, &TINY, before),
                    picture(&kept.scene, &TINY, before),
                    "{} differs before its event",
                    sample.name
                );
            }
            let middle = (first + last).div_ceil(2);
            let (a, b) = (picture(&broken.scene, &TINY, middle), picture(&kept.scene, &TINY, middle));
            let inside = |pixel: usize| {
                let x = (pixel as f64 % 96.0 + 0.5) / 96.0;
                let y = ((pixel / 96) as f64 + 0.5) / 54.0;
                let r = event.region;
                x >= r.x && x <= r.x + r.width && y >= r.y && y <= r.y + r.height
            };
            let changed = |pixel: &usize| {
                a.rgb[pixel * 3..][..3].iter().zip(&b.rgb[pixel * 3..][..3]).any(|(a, b)| a.abs_diff(*b) > 24)
            };
            let count = (0..96 * 54).filter(|pixel| inside(*pixel) && changed(pixel)).count();
            assert!(count >= 12, "{}: only {count} pixels of the box differ", sample.name);
        }
    }

    #[test]
    fn the_body_that_breaks_a_law_is_in_the_picture_when_it_does() {
        for sample in all() {
            let Staged { scene, breach } = sample.staged();
            let Some(breach) = breach else { continue };
            let object = scene.object(breach.object).unwrap();
            let [left, top, right, bottom] = outline(object, &scene, &TINY, breach.start_secs).unwrap();
            assert!(left > 0.0 && top > 0.0 && right < 1.0 && bottom < 1.0, "{}", sample.name);
        }
    }

    #[test]
    fn pictures_are_the_same_to_the_last_bit_everywhere() {
        use sha2::{Digest, Sha256};
        let mut hash = Sha256::new();
        for sample in all() {
            let scene = sample.staged().scene;
            for secs in [0.5, 1.5, 2.5] {
                hash.update(&picture(&scene, &TINY, (secs * 24.0) as usize).rgb);
            }
        }
        assert_eq!(crate::publish::hex(&hash.finalize()), include_str!("pictures.sha256").trim());
    }
}
