//! What charts are drawn on: shapes and text in points of a picture of fixed size. Knows no charts.

use std::cell::Cell;

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::font::{self, Drawable, Fonts};
use super::png;
use crate::render::{RenderError, text};

/// The picture's size in points.
pub(super) const WIDTH: f64 = 1080.0;
pub(super) const HEIGHT: f64 = 720.0;
/// Pixels drawn per point; they are averaged, which makes edges smooth.
const FINE: usize = 3;
const MARGIN: f64 = 36.0;

/// Red, green, blue.
pub(super) type Colour = (u8, u8, u8);

/// Colours that colour-blind people can tell apart (Okabe and Ito, 2008), most used first.
pub(super) const PALETTE: [Colour; 6] =
    [(0, 114, 178), (230, 145, 0), (0, 148, 110), (204, 92, 150), (86, 180, 233), (90, 90, 90)];
pub(super) const NEGATIVE: Colour = (213, 94, 0);
pub(super) const NEUTRAL: Colour = (190, 198, 206);
pub(super) const POSITIVE: Colour = (0, 148, 110);
pub(super) const INK: Colour = (31, 41, 51);
pub(super) const MUTED: Colour = (98, 110, 123);
pub(super) const GRID: Colour = (226, 231, 236);
pub(super) const PAPER: Colour = (255, 255, 255);

/// A colour mixed with white: 0 is white, 1 the colour itself.
pub(super) fn tint(colour: Colour, share: f64) -> Colour {
    let mix = |part: u8| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 255")]
        let mixed = (255.0 - (255.0 - f64::from(part)) * share.clamp(0.0, 1.0)).round() as u8;
        mixed
    };
    (mix(colour.0), mix(colour.1), mix(colour.2))
}

/// A box in points.
#[derive(Debug, Clone, Copy)]
pub(super) struct Area {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl Area {
    pub(super) fn width(self) -> f64 {
        self.right - self.left
    }

    pub(super) fn height(self) -> f64 {
        self.bottom - self.top
    }
}

/// On which side of its point a text stands; its height is always centred.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Right,
    Middle,
    Left,
}

/// How a text looks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Type {
    pub(super) size: f64,
    pub(super) bold: bool,
    pub(super) colour: Colour,
}

impl Type {
    pub(super) const fn plain(size: f64, colour: Colour) -> Self {
        Self { size, bold: false, colour }
    }

    pub(super) const fn bold(size: f64, colour: Colour) -> Self {
        Self { size, bold: true, colour }
    }
}

/// The picture in the making.
pub(super) struct Canvas<'a> {
    area: DrawingArea<BitMapBackend<'a>, Shift>,
    fonts: Fonts,
    lost: Cell<bool>,
}

/// Draws a picture and encodes it. `paint` says down to where it drew: below that, the picture is cut off.
pub(super) fn draw(
    undrawn: &str,
    fonts: Fonts,
    paint: impl FnOnce(&Canvas<'_>) -> Result<f64, RenderError>,
) -> Result<Vec<u8>, RenderError> {
    font::register()?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the picture's size is small")]
    let (width, height) = (WIDTH as usize, HEIGHT as usize);
    let (fine_width, fine_height) = (width * FINE, height * FINE);
    let mut fine = vec![255u8; fine_width * fine_height * 3];
    let end = {
        let size = (u32::try_from(fine_width).unwrap_or(0), u32::try_from(fine_height).unwrap_or(0));
        let backend = BitMapBackend::with_buffer(&mut fine, size);
        let canvas = Canvas { area: backend.into_drawing_area(), fonts, lost: Cell::new(false) };
        let mut end = (paint(&canvas)? + MARGIN).clamp(HEIGHT / 2.0, HEIGHT);
        if canvas.lost.get() {
            end = (end + 12.0).min(HEIGHT);
            canvas.text(undrawn, (WIDTH - MARGIN, end - 18.0), Side::Left, Type::plain(20.0, MUTED))?;
        }
        canvas.area.present().map_err(wrong)?;
        end
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "lies within the picture")]
    let height = end as usize;
    let small = average(&fine, width, height);
    let size = (u32::try_from(width).unwrap_or(0), u32::try_from(height).unwrap_or(0));
    png::encode(&small, size.0, size.1).map_err(wrong)
}

/// Each pixel is the mean of the fine pixels it covers.
fn average(fine: &[u8], width: usize, height: usize) -> Vec<u8> {
    let row_bytes = width * FINE * 3;
    let mut small = Vec::with_capacity(width * height * 3);
    let mut sums = vec![0u32; width * 3];
    for rows in fine.chunks_exact(row_bytes * FINE).take(height) {
        sums.fill(0);
        for row in rows.chunks_exact(row_bytes) {
            for (sum, block) in sums.chunks_exact_mut(3).zip(row.chunks_exact(3 * FINE)) {
                for pixel in block.chunks_exact(3) {
                    sum[0] += u32::from(pixel[0]);
                    sum[1] += u32::from(pixel[1]);
                    sum[2] += u32::from(pixel[2]);
                }
            }
        }
        let count = u32::try_from(FINE * FINE).unwrap_or(1);
        small.extend(sums.iter().map(|sum| u8::try_from((sum + count / 2) / count).unwrap_or(255)));
    }
    small
}

fn wrong(error: impl std::fmt::Display) -> RenderError {
    RenderError::Drawing(error.to_string())
}

#[expect(clippy::cast_possible_truncation, reason = "clamped to the picture and its surroundings")]
fn fine(value: f64) -> i32 {
    (value.clamp(-2_000.0, 4_000.0) * FINE as f64).round() as i32
}

fn colour(colour: Colour) -> RGBColor {
    RGBColor(colour.0, colour.1, colour.2)
}

impl Canvas<'_> {
    /// Writes the title; gives what is left for the plot.
    pub(super) fn title(&self, title: &str) -> Result<Area, RenderError> {
        let style = Type::bold(38.0, INK);
        let mut top = 42.0;
        for line in self.wrapped(title, WIDTH - 2.0 * MARGIN, 2, style) {
            self.text(&line, (MARGIN, top), Side::Right, style)?;
            top += 46.0;
        }
        Ok(Area { left: MARGIN, top: top + 4.0, right: WIDTH - MARGIN, bottom: HEIGHT - MARGIN - 12.0 })
    }

    /// Writes a note below what was drawn; gives its own end.
    pub(super) fn note(&self, note: &str, end: f64) -> Result<f64, RenderError> {
        let at = (end + 28.0).min(HEIGHT - 22.0);
        self.text(note, (MARGIN, at), Side::Right, Type::plain(20.0, MUTED))?;
        Ok(at)
    }

    /// Notes that something could not be written.
    pub(super) fn lose(&self) {
        self.lost.set(true);
    }

    /// A filled box.
    pub(super) fn fill(&self, area: Area, with: Colour) -> Result<(), RenderError> {
        let corners = [(fine(area.left), fine(area.top)), (fine(area.right), fine(area.bottom))];
        self.area.draw(&Rectangle::new(corners, colour(with).filled())).map_err(wrong)
    }

    /// A filled shape.
    pub(super) fn shape(&self, points: &[(f64, f64)], with: Colour) -> Result<(), RenderError> {
        let points: Vec<(i32, i32)> = points.iter().map(|(x, y)| (fine(*x), fine(*y))).collect();
        self.area.draw(&Polygon::new(points, colour(with).filled())).map_err(wrong)
    }

    /// A line through points.
    pub(super) fn path(&self, points: &[(f64, f64)], thickness: f64, with: Colour) -> Result<(), RenderError> {
        #[expect(clippy::cast_sign_loss, reason = "a thickness is positive")]
        let style = colour(with).stroke_width(fine(thickness).max(1) as u32);
        let mut points: Vec<(i32, i32)> = points.iter().map(|(x, y)| (fine(*x), fine(*y))).collect();
        points.dedup();
        // Parts of their own, because thick joints of sharp angles would stick out as spikes.
        for pair in points.windows(2) {
            self.area.draw(&PathElement::new(pair.to_vec(), style)).map_err(wrong)?;
        }
        if thickness > 2.0 {
            for point in &points {
                let dot = Circle::new(*point, fine(thickness) / 2, colour(with).filled());
                self.area.draw(&dot).map_err(wrong)?;
            }
        }
        Ok(())
    }

    /// A dashed line through points.
    pub(super) fn dashes(&self, points: &[(f64, f64)], thickness: f64, with: Colour) -> Result<(), RenderError> {
        const DASH: f64 = 13.0;
        const GAP: f64 = 10.0;
        let mut along = 0.0;
        for pair in points.windows(2) {
            let ((from_x, from_y), (to_x, to_y)) = (pair[0], pair[1]);
            let length = (to_x - from_x).hypot(to_y - from_y);
            let mut at = 0.0;
            while at < length {
                let phase = (along + at) % (DASH + GAP);
                let (drawn, left) = if phase < DASH { (true, DASH - phase) } else { (false, DASH + GAP - phase) };
                let until = (at + left.max(0.01)).min(length);
                if drawn {
                    let point =
                        |at: f64| (from_x + (to_x - from_x) * at / length, from_y + (to_y - from_y) * at / length);
                    self.path(&[point(at), point(until)], thickness, with)?;
                }
                at = until;
            }
            along += length;
        }
        Ok(())
    }

    /// A filled circle.
    pub(super) fn dot(&self, at: (f64, f64), radius: f64, with: Colour) -> Result<(), RenderError> {
        let dot = Circle::new((fine(at.0), fine(at.1)), fine(radius), colour(with).filled());
        self.area.draw(&dot).map_err(wrong)
    }

    /// Text beside a point. Characters that the font lacks are left out and noted.
    pub(super) fn text(&self, words: &str, at: (f64, f64), side: Side, style: Type) -> Result<(), RenderError> {
        let Drawable { text: words, is_whole, font, has_bold } = self.fonts.drawable(words);
        if !is_whole {
            self.lose();
        }
        if words.is_empty() {
            return Ok(());
        }
        let horizontal = match side {
            Side::Right => HPos::Left,
            Side::Middle => HPos::Center,
            Side::Left => HPos::Right,
        };
        // The font's box is taller above its letters than below them.
        let (x, y) = (at.0, at.1 + style.size * 0.12);
        let text_style = written(style, font).pos(Pos::new(horizontal, VPos::Center));
        self.area.draw_text(&words, &text_style, (fine(x), fine(y))).map_err(wrong)?;
        if style.bold && !has_bold {
            // A font of one weight is set bold by setting it twice, a little apart.
            let aside = style.size * 0.025;
            self.area.draw_text(&words, &text_style, (fine(x + aside), fine(y))).map_err(wrong)?;
        }
        Ok(())
    }

    /// The text without what cannot be drawn.
    pub(super) fn drawable(&self, words: &str) -> String {
        self.fonts.drawable(words).text
    }

    /// How wide a text is.
    pub(super) fn width(&self, words: &str, style: Type) -> f64 {
        let Drawable { text: words, font, .. } = self.fonts.drawable(words);
        self.area
            .estimate_text_size(&words, &written(style, font))
            .map_or(0.0, |(width, _)| f64::from(width) / FINE as f64)
    }

    /// The text, cut where it is wider than there is room.
    pub(super) fn cut(&self, words: &str, room: f64, style: Type) -> String {
        let mut limit = words.chars().count();
        let mut out = words.to_owned();
        while limit > 1 && self.width(&out, style) > room {
            limit -= 1;
            out = text::cut_characters(words, limit);
        }
        out
    }

    /// The text in at most so many lines, the last one cut.
    pub(super) fn wrapped(&self, words: &str, room: f64, most: usize, style: Type) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut rest: Vec<String> = text::breakable(words);
        let line = |parts: &[String]| parts.concat().trim_end().to_owned();
        while !rest.is_empty() && lines.len() + 1 < most {
            let fits = (1..=rest.len()).rev().find(|count| self.width(&line(&rest[..*count]), style) <= room);
            let count = fits.unwrap_or(1);
            lines.push(self.cut(&line(&rest[..count]), room, style));
            rest.drain(..count);
        }
        if !rest.is_empty() {
            lines.push(self.cut(&line(&rest), room, style));
        }
        lines
    }
}

fn written(style: Type, font: &'static str) -> TextStyle<'static> {
    let weight = if style.bold { FontStyle::Bold } else { FontStyle::Normal };
    let font = FontDesc::new(FontFamily::Name(font), style.size * FINE as f64, weight);
    font.color(&colour(style.colour))
}
