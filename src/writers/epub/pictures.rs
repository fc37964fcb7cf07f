//! The pictures of a book as files: which are sound, what they are called, which of them the text really shows.

use std::collections::BTreeMap;

use crate::model::book::BookImage;

use super::names::Names;

/// A picture that the package may carry.
pub struct Picture<'a> {
    /// Also its id in the manifest.
    pub stem: String,
    pub kind: PictureKind,
    pub bytes: &'a [u8],
    /// A picture that no page shows is left out of the package.
    shown: bool,
}

impl Picture<'_> {
    /// The file's name within the folder of pictures.
    pub fn file_name(&self) -> String {
        format!("{}.{}", self.stem, self.kind.extension())
    }
}

/// What every reading system can show. The bytes decide, not what somebody called them; SVG is not among them, because it
/// may hold scripts and load from elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureKind {
    Jpeg,
    Png,
    Gif,
    WebP,
}

impl PictureKind {
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xff, 0xd8, 0xff, .., 0xff, 0xd9] => Some(PictureKind::Jpeg),
            // Signature, then the header chunk, whose width and height come first and may not be zero.
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', 0, 0, 0, 13, b'I', b'H', b'D', b'R', size @ ..] => {
                let positive = |size: Option<&[u8]>| size.is_some_and(|size| size.iter().any(|&byte| byte > 0));
                (positive(size.get(..4)) && positive(size.get(4..8)) && size.len() > 8).then_some(PictureKind::Png)
            }
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', _, _, _, _, _, ..] => Some(PictureKind::Gif),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(PictureKind::WebP),
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
                pictures.push(Picture { stem: names.stem(stem), kind, bytes: &image.bytes, shown: false });
                pictures.len() - 1
            });
        }
        Pictures { pictures, by_key, undescribed: false }
    }

    /// The file name of a picture that a page shows from now on; `None` when the book has no such picture.
    pub fn show(&mut self, key: &str) -> Option<String> {
        let picture = &mut self.pictures[*self.by_key.get(key)?];
        picture.shown = true;
        Some(picture.file_name())
    }

    /// Those that pages show, in the order of the book's list.
    pub fn shown(&self) -> impl Iterator<Item = &Picture<'a>> {
        self.pictures.iter().filter(|picture| picture.shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_say_what_a_picture_is() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08";
        assert_eq!(PictureKind::of(png), Some(PictureKind::Png));
        assert_eq!(PictureKind::of(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0\0\0\0\x01\x08"), None);
        assert_eq!(PictureKind::of(b"\xff\xd8\xff\xe0 \xff\xd9"), Some(PictureKind::Jpeg));
        assert_eq!(PictureKind::of(b"\xff\xd8\xff\xe0 cut off"), None);
        assert_eq!(PictureKind::of(b"GIF89a\x01\0\x01\0\0"), Some(PictureKind::Gif));
        assert_eq!(PictureKind::of(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), None);
        assert_eq!(PictureKind::of(b""), None);
    }

    #[test]
    fn only_what_is_shown_is_carried() {
        let image = |key: &str| BookImage {
            key: key.into(),
            file_name: "A Map.PNG".into(),
            media_type: "image/png",
            bytes: b"GIF89a\x01\0\x01\0\0".to_vec(),
        };
        let images = [image("one"), image("two"), image("one")];
        let mut pictures = Pictures::new(&images, &mut Names::default());
        assert_eq!(pictures.show("two").as_deref(), Some("a-map-2.gif"));
        assert_eq!(pictures.show("three"), None);
        assert_eq!(pictures.shown().map(Picture::file_name).collect::<Vec<_>>(), ["a-map-2.gif"]);
    }
}
