//! The views of one frame, computed when first asked for and kept until the frame is done with.
//!
//! Invariant: a view is computed at most once per frame, and its buffer goes back to the pool when the [`FrameViews`] is
//! dropped. The arithmetic is left to `convert` and `reduce`.

use std::cell::OnceCell;

use reelcheck_types::{ColorDecision, Conversion, Frame};

use crate::convert::{self, Purpose};
use crate::{Image, View, ViewPool, reduce};

/// The views of one frame, which it owns.
pub struct FrameViews {
    frame: Frame,
    reference: Conversion,
    exact: Conversion,
    computed: Computed,
}

/// The views so far: a chain that only grows, so that references into it stay good.
struct Computed {
    first: OnceCell<Box<Link>>,
    pool: ViewPool,
}

struct Link {
    view: View,
    image: Image,
    next: OnceCell<Box<Link>>,
}

impl FrameViews {
    /// Views of a frame, by the colour decision of its clip, with buffers out of `pool`.
    pub fn new(frame: Frame, color: &ColorDecision, pool: &ViewPool) -> Self {
        let computed = Computed { first: OnceCell::new(), pool: pool.clone() };
        Self { frame, reference: color.reference, exact: color.exact, computed }
    }

    /// The frame itself.
    pub const fn frame(&self) -> &Frame {
        &self.frame
    }

    /// Gives the frame back, so that its buffer can hold the next one; the views' buffers return to the pool.
    pub fn into_frame(self) -> Frame {
        self.frame
    }

    /// A view, computed now if nobody asked for it before.
    pub fn get(&self, view: View) -> &Image {
        if let Some(image) = self.computed.find(view) {
            return image;
        }
        // Reduced views ask for their full-size view, so the end of the chain is looked for after this.
        let image = self.compute(view);
        self.computed.push(view, image)
    }

    /// The values of [`View::Luma`], without a copy where the frame holds them as they are.
    pub fn luma(&self) -> &[u8] {
        match self.frame.plane(0) {
            Some(plane) if plane.bytes_per_value == 1 && convert::has_luma(self.exact) => plane.data,
            _ => &self.get(View::Luma).data,
        }
    }

    fn compute(&self, view: View) -> Image {
        let (width, height) = (self.frame.width() as usize, self.frame.height() as usize);
        let full = |channels: usize| {
            let data = self.computed.pool.take(channels * width * height);
            Image { width, height, channels, data }
        };
        match view {
            View::RgbReference => {
                let mut image = full(3);
                convert::rgb(&self.frame, self.reference, Purpose::Reference, &mut image.data);
                image
            }
            View::RgbExact => {
                let mut image = full(3);
                convert::rgb(&self.frame, self.exact, Purpose::Exact, &mut image.data);
                image
            }
            View::Luma | View::LumaFull => {
                let mut image = full(1);
                if !convert::has_luma(self.exact) {
                    convert::luma_of_rgb(self.get(View::RgbExact), &mut image.data);
                } else if view == View::Luma {
                    convert::luma(&self.frame, &mut image.data);
                } else {
                    convert::luma_full(&self.frame, self.exact.range, &mut image.data);
                }
                image
            }
            View::LumaReduced(longer_side) => self.reduce(View::LumaFull, longer_side),
            View::RgbReduced(longer_side) => self.reduce(View::RgbReference, longer_side),
        }
    }

    fn reduce(&self, of: View, longer_side: u16) -> Image {
        let source = self.get(of);
        let factor = reduce::factor(source.width.max(source.height), longer_side);
        let (width, height) = (source.width.div_ceil(factor), source.height.div_ceil(factor));
        let mut data = self.computed.pool.take(source.channels * width * height);
        reduce::area_average(source, factor, &mut data);
        Image { width, height, channels: source.channels, data }
    }
}

impl Computed {
    fn find(&self, view: View) -> Option<&Image> {
        let mut slot = &self.first;
        while let Some(link) = slot.get() {
            if link.view == view {
                return Some(&link.image);
            }
            slot = &link.next;
        }
        None
    }

    fn push(&self, view: View, image: Image) -> &Image {
        let mut slot = &self.first;
        while let Some(link) = slot.get() {
            slot = &link.next;
        }
        &slot.get_or_init(|| Box::new(Link { view, image, next: OnceCell::new() })).image
    }
}

impl Drop for Computed {
    fn drop(&mut self) {
        let mut slot = self.first.take();
        while let Some(mut link) = slot {
            slot = link.next.take();
            self.pool.put(link.image.data);
        }
    }
}

#[cfg(test)]
mod tests {
    use reelcheck_types::{ColorTags, PixelFormat, Timestamp};

    use super::*;
    use crate::decide;

    fn frame(format: PixelFormat, data: Vec<u8>) -> Frame {
        Frame::new(Timestamp::ZERO, format, 8, 4, data).unwrap()
    }

    #[test]
    fn a_view_is_computed_once() {
        let color = decide(&ColorTags::default(), PixelFormat::I420, 8, 4);
        let pool = ViewPool::default();
        let views = FrameViews::new(frame(PixelFormat::I420, vec![90; 48]), &color, &pool);
        let first: *const Image = views.get(View::RgbReference);
        // Needs the full-size luma, which joins the chain before it.
        assert_eq!(views.get(View::LumaReduced(4)).data.len(), 8);
        views.get(View::LumaReduced(2));
        assert!(std::ptr::eq(first, views.get(View::RgbReference)));
        assert_eq!(pool.allocations(), 4);
        assert!(views.computed.find(View::LumaFull).is_some() && views.computed.find(View::Luma).is_none());
    }

    #[test]
    fn a_long_clip_allocates_no_more_than_two_frames() {
        let color = decide(&ColorTags::default(), PixelFormat::I420, 8, 4);
        let pool = ViewPool::default();
        let (mut previous, mut after_two) = (None, 0);
        for index in 0..50 {
            let views = FrameViews::new(frame(PixelFormat::I420, vec![index; 48]), &color, &pool);
            for view in [View::RgbReference, View::Luma, View::LumaReduced(2), View::RgbReduced(4)] {
                views.get(view);
            }
            previous = Some(views);
            if index == 1 {
                after_two = pool.allocations();
            }
        }
        assert_eq!(pool.allocations(), after_two);
        assert_eq!(previous.unwrap().into_frame().data()[0], 49);
    }

    #[test]
    fn luma_is_untouched_and_expanded() {
        let color = decide(&ColorTags::default(), PixelFormat::I420, 8, 4);
        let mut data = vec![128; 48];
        data[..4].copy_from_slice(&[0, 16, 235, 255]);
        let views = FrameViews::new(frame(PixelFormat::I420, data), &color, &ViewPool::default());
        assert_eq!(views.get(View::Luma).data[..5], [0, 16, 235, 255, 128]);
        assert_eq!(views.luma(), views.get(View::Luma).data);
        assert_eq!(views.get(View::LumaFull).data[..5], [0, 0, 255, 255, 130]);
    }

    #[test]
    fn rgba_passes_through_and_has_a_luma() {
        let color = decide(&ColorTags::default(), PixelFormat::RGBA, 8, 4);
        let views =
            FrameViews::new(frame(PixelFormat::RGBA, [200, 100, 50, 9].repeat(32)), &color, &ViewPool::default());
        let image = views.get(View::RgbReference);
        assert_eq!([image.channel(0)[31], image.channel(1)[31], image.channel(2)[31]], [200, 100, 50]);
        // 0.299 × 200 + 0.587 × 100 + 0.114 × 50 = 124.2
        assert_eq!(views.get(View::Luma).data[0], 124);
        assert_eq!(views.get(View::Luma).data, views.get(View::LumaFull).data);
        assert_eq!(views.luma(), views.get(View::Luma).data);
    }
}
