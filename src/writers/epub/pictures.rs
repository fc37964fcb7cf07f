//! The pictures of a book as files: which are sound, what they are called, which of them the text really shows.

use std::collections::BTreeMap;

use crate::model::book::BookImage;

use super::names::Names;
use super::section::LaidPicture;

/// A picture that the package may carry.
struct Picture<'a> {
    laid: LaidPicture,
    bytes: &'a [u8],
    /// A picture that no page shows is left out of the package.
    shown: bool,
}

/// What every reading system can show. The bytes decide, not what somebody called them; SVG is not among them, because it
/// may hold scripts and load from elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PictureKind {
    Jpeg,
    Png,
    Gif,
    WebP,
}

impl PictureKind {
    /// `None` when the bytes are no such picture, or one that ends before it says how large it is.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xff, 0xd8, segments @ ..] => jpeg_has_size(segments).then_some(PictureKind::Jpeg),
            // Signature, then the header chunk, which begins with width and height.
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', 0, 0, 0, 13, b'I', b'H', b'D', b'R', header @ ..] => {
                let is_sound = header.len() >= 17 && !is_zero(&header[..4]) && !is_zero(&header[4..8]);
                is_sound.then_some(PictureKind::Png)
            }
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', _, _, _, _, flags, _, _, blocks @ ..] => {
                let colours = if flags & 0x80 != 0 { 3 << ((flags & 7) + 1) } else { 0 };
                blocks.get(colours..).is_some_and(gif_has_size).then_some(PictureKind::Gif)
            }
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', b'V', b'P', b'8', b' ' | b'L' | b'X', ..] => {
                Some(PictureKind::WebP)
            }
            _ => None,
        }
    }

    pub fn media_type(self) -> &'static str {
        match self {
            PictureKind::Jpeg => "image/jpeg",
            PictureKind::Png => "image/png",
            PictureKind::Gif => "image/gif",
            PictureKind::WebP => "image/webp",
        }
    }

    /// Whether pictures of this kind can be animations.
    pub fn may_move(self) -> bool {
        matches!(self, PictureKind::Gif | PictureKind::WebP)
    }

    pub fn extension(self) -> &'static str {
        match self {
            PictureKind::Jpeg => "jpg",
            PictureKind::Png => "png",
            PictureKind::Gif => "gif",
            PictureKind::WebP => "webp",
        }
    }
}

fn is_zero(bytes: &[u8]) -> bool {
    bytes.iter().all(|&byte| byte == 0)
}

/// Walks the segments of a JPEG to the frame header, which says height and width.
fn jpeg_has_size(mut segments: &[u8]) -> bool {
    while let [0xff, marker, rest @ ..] = segments {
        match (marker, rest) {
            // Fill bytes, and markers that stand alone.
            (0xff, _) => segments = &segments[1..],
            (0x01 | 0xd0..=0xd7, _) => segments = rest,
            // The last three look like frame headers and hold tables.
            (0xc0..=0xcf, [_, _, _, h1, h2, w1, w2, ..]) if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                return !is_zero(&[*h1, *h2]) && !is_zero(&[*w1, *w2]);
            }
            (_, [high, low, ..]) => match rest.get(usize::from(u16::from_be_bytes([*high, *low])).max(2)..) {
                Some(rest) => segments = rest,
                None => return false,
            },
            _ => return false,
        }
    }
    false
}

/// Walks the blocks of a GIF to its first picture, which says width and height.
fn gif_has_size(mut blocks: &[u8]) -> bool {
    loop {
        match blocks {
            [0x2c, _, _, _, _, w1, w2, h1, h2, _, _, ..] => return !is_zero(&[*w1, *w2]) && !is_zero(&[*h1, *h2]),
            [0x21, _, rest @ ..] => {
                blocks = rest;
                // Pieces of up to 255 bytes, each behind its length; one of no length ends the block.
                while let [length @ 1..=255, rest @ ..] = blocks {
                    match rest.get(usize::from(*length)..) {
                        Some(rest) => blocks = rest,
                        None => return false,
                    }
                }
                match blocks {
                    [0, rest @ ..] => blocks = rest,
                    _ => return false,
                }
            }
            _ => return false,
        }
    }
}

/// The sound pictures of a book, by the key that blocks call them by.
pub struct Pictures<'a> {
    pictures: Vec<Picture<'a>>,
    by_key: BTreeMap<&'a str, usize>,
    /// Whether a shown picture came without a description.
    pub undescribed: bool,
}

impl<'a> Pictures<'a> {
    pub fn new(images: &'a [BookImage], names: &mut Names) -> Self {
        let mut pictures = Vec::new();
        let mut by_key = BTreeMap::new();
        for image in images {
            let Some(kind) = PictureKind::of(&image.bytes) else { continue };
            by_key.entry(image.key.as_str()).or_insert_with(|| {
                let stem = image.file_name.rsplit_once('.').map_or(image.file_name.as_str(), |(stem, _)| stem);
                pictures.push(Picture {
                    laid: LaidPicture { stem: names.stem(stem), kind },
                    bytes: &image.bytes,
                    shown: false,
                });
                pictures.len() - 1
            });
        }
        Pictures { pictures, by_key, undescribed: false }
    }

    /// The file name of a picture that a page shows from now on; `None` when the book has no such picture.
    pub fn show(&mut self, key: &str) -> Option<String> {
        let picture = &mut self.pictures[*self.by_key.get(key)?];
        picture.shown = true;
        Some(picture.laid.file_name())
    }

    /// Those that pages show, in the order of the book's list, each with its bytes.
    pub fn into_shown(self) -> Vec<(LaidPicture, &'a [u8])> {
        let shown = self.pictures.into_iter().filter(|picture| picture.shown);
        shown.map(|picture| (picture.laid, picture.bytes)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIF: &[u8] =
        b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xfe\x02hi\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
    const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x04xx\xff\xff\xc4\0\x02\xff\xc0\0\x0b\x08\0\x01\0\x02";

    #[test]
    fn the_bytes_say_what_a_picture_is() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0crc!";
        assert_eq!(PictureKind::of(png), Some(PictureKind::Png));
        assert_eq!(PictureKind::of(JPEG), Some(PictureKind::Jpeg));
        assert_eq!(PictureKind::of(GIF), Some(PictureKind::Gif));
        assert_eq!(PictureKind::of(b"RIFF\x10\0\0\0WEBPVP8 "), Some(PictureKind::WebP));
    }

    #[test]
    fn a_picture_that_is_none_is_refused_wherever_it_ends() {
        let wide = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0\0\0\0\x01\x08\0\0\0\0crc!";
        assert_eq!(PictureKind::of(wide), None, "no width");
        assert_eq!(PictureKind::of(b"\xff\xd8\xff\xe0garbage\xff\xd9"), None);
        assert_eq!(PictureKind::of(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), None);
        for length in 0..GIF.len() - 11 {
            assert_eq!(PictureKind::of(&GIF[..length]), None, "{length}");
        }
        for length in 0..JPEG.len() {
            assert_eq!(PictureKind::of(&JPEG[..length]), None, "{length}");
        }
    }

    #[test]
    fn only_what_is_shown_is_carried() {
        let image = |key: &str| BookImage {
            key: key.into(),
            file_name: "A Map.PNG".into(),
            media_type: "image/png",
            bytes: GIF.to_vec(),
        };
        let images = [image("one"), image("two"), image("one")];
        let mut pictures = Pictures::new(&images, &mut Names::default());
        assert_eq!(pictures.show("two").as_deref(), Some("a-map-2.gif"));
        assert_eq!(pictures.show("three"), None);
        let shown = pictures.into_shown();
        assert_eq!(shown.iter().map(|(picture, _)| picture.file_name()).collect::<Vec<_>>(), ["a-map-2.gif"]);
    }
}
