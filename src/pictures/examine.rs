//! What a given picture is, from its first bytes and the marks within it, and whether it can be a book's cover.
//!
//! Covers are JPEG or PNG, because every reader shows these. The picture itself is never decoded here, so that a hostile file
//! costs nothing; a file can therefore be broken inside in ways that are not seen here.

use std::fmt;

use memchr::memmem;

/// No side of a cover may be longer; the largest store takes no more.
pub const LARGEST_SIDE: u32 = 10_000;

/// No cover may have more bytes; the largest store takes no more, and no way to a device does.
pub const LARGEST_FILE: usize = 50_000_000;

/// What is known of a picture that can be a cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageFacts {
    pub kind: ImageKind,
    /// In pixels, at least 1.
    pub width: u32,
    pub height: u32,
    /// A JPEG that sharpens while it loads: some e-ink readers show nothing.
    pub progressive: bool,
    /// Made for print in four inks: colours come out wrong, or not at all.
    pub cmyk: bool,
    /// Has, or may have, places that show what is behind: readers put black there, or white.
    pub transparent: bool,
    /// A PNG of more than 8 bits for each colour, one that sharpens while it loads, or one that moves.
    pub rare: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ImageKind {
    Jpeg,
    Png,
}

impl ImageKind {
    pub fn media_type(self) -> &'static str {
        match self {
            ImageKind::Jpeg => "image/jpeg",
            ImageKind::Png => "image/png",
        }
    }

    /// The ending of a file's name, without the dot.
    pub fn ending(self) -> &'static str {
        match self {
            ImageKind::Jpeg => "jpg",
            ImageKind::Png => "png",
        }
    }
}

/// Why a file cannot be a cover. Printed as the middle of a sentence that names the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageFault {
    Empty,
    /// Not a picture of any kind that is known here.
    Unknown,
    /// A known kind that not every reader shows.
    Kind(&'static str),
    /// Begins as a picture and does not go on as one.
    Broken(&'static str),
    TooLarge {
        width: u32,
        height: u32,
    },
    TooManyBytes(usize),
    /// More than can be decoded without harm.
    TooManyPixels {
        width: u32,
        height: u32,
    },
    /// Nothing but a dot, such as counts readers of a page.
    Dot,
}

impl fmt::Display for ImageFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ImageFault::Empty => write!(out, "is empty"),
            ImageFault::Unknown => write!(out, "is not a picture"),
            ImageFault::Kind(kind) => write!(out, "is {kind}, which not every reader shows"),
            ImageFault::Broken(how) => write!(out, "is broken: {how}"),
            ImageFault::TooLarge { width, height } => {
                write!(out, "has {width} by {height} pixels; a side has at most {LARGEST_SIDE}")
            }
            ImageFault::TooManyBytes(bytes) => {
                write!(out, "has {bytes} bytes; a cover has at most {LARGEST_FILE}")
            }
            ImageFault::TooManyPixels { width, height } => {
                write!(out, "has {width} by {height} pixels, too many to be opened without harm")
            }
            ImageFault::Dot => write!(out, "is a dot"),
        }
    }
}

impl ImageFault {
    /// The way out, for the person who chose the picture.
    pub fn hint(&self) -> &'static str {
        match self {
            ImageFault::TooLarge { .. } | ImageFault::TooManyBytes(_) => {
                "scale it down; 1600 by 2560 pixels are enough for every store"
            }
            ImageFault::TooManyPixels { .. } | ImageFault::Dot => "scale it down, if it is a picture at all",
            ImageFault::Broken(_) | ImageFault::Empty => "copy or export it again",
            ImageFault::Unknown | ImageFault::Kind(_) => "save it as JPEG or PNG",
        }
    }
}

/// Says what a picture is, or why it cannot be a cover. Linear in the number of its parts, not of its pixels.
///
/// # Errors
/// With what is wrong with it.
pub fn examine(bytes: &[u8]) -> Result<ImageFacts, ImageFault> {
    if bytes.len() > LARGEST_FILE {
        return Err(ImageFault::TooManyBytes(bytes.len()));
    }
    let facts = measure(bytes)?;
    let ImageFacts { width, height, .. } = facts;
    if width.max(height) > LARGEST_SIDE {
        return Err(ImageFault::TooLarge { width, height });
    }
    Ok(facts)
}

/// Says what a JPEG or PNG is, however large.
///
/// # Errors
/// When it is neither, or broken.
pub fn measure(bytes: &[u8]) -> Result<ImageFacts, ImageFault> {
    if bytes.is_empty() {
        return Err(ImageFault::Empty);
    }
    let facts = if bytes.starts_with(JPEG) {
        jpeg(bytes)?
    } else if bytes.starts_with(PNG) {
        png(bytes)?
    } else {
        return Err(other(bytes).map_or(ImageFault::Unknown, ImageFault::Kind));
    };
    let ImageFacts { width, height, .. } = facts;
    if width == 0 || height == 0 {
        return Err(ImageFault::Broken("it has no size"));
    }
    Ok(facts)
}

const JPEG: &[u8] = b"\xFF\xD8\xFF";
const PNG: &[u8] = b"\x89PNG\r\n\x1A\n";
const CUT: ImageFault = ImageFault::Broken("it ends too early");

/// The name of a kind of picture that is known and not taken, with its article.
fn other(bytes: &[u8]) -> Option<&'static str> {
    const MAGIC: &[(usize, &[u8], &str)] = &[
        (0, b"GIF87a", "a GIF"),
        (0, b"GIF89a", "a GIF"),
        (8, b"WEBP", "a WebP picture"),
        (0, b"II*\0", "a TIFF picture"),
        (0, b"MM\0*", "a TIFF picture"),
        (0, b"BM", "a BMP picture"),
        (4, b"ftypavif", "an AVIF picture"),
        (4, b"ftypheic", "a HEIC picture"),
        (4, b"ftypheix", "a HEIC picture"),
        (4, b"ftypmif1", "a HEIF picture"),
        (0, b"\xFF\x0A", "a JPEG XL picture"),
        (4, b"JXL ", "a JPEG XL picture"),
        (4, b"jP  ", "a JPEG 2000 picture"),
        (0, b"8BPS", "a Photoshop document"),
        (0, b"%PDF-", "a PDF document"),
        (40, b" EMF", "a metafile of Windows"),
        (0, b"\xD7\xCD\xC6\x9A", "a metafile of Windows"),
        (0, b"\x01\0\x09\0\0", "a metafile of Windows"),
        (0, b"%!PS", "a PostScript drawing"),
        (0, b"\xC5\xD0\xD3\xC6", "a PostScript drawing"),
        (0, b"\0\0\x01\0", "an icon"),
    ];
    let found = MAGIC.iter().find(|(place, magic, _)| bytes.get(*place..).is_some_and(|rest| rest.starts_with(magic)));
    if let Some((.., kind)) = found {
        return Some(kind);
    }
    let start = &bytes[..bytes.len().min(1024)];
    memmem::find(start, b"<svg").map(|_| "an SVG drawing")
}

/// Reads the segments of a JPEG up to its first scan.
fn jpeg(bytes: &[u8]) -> Result<ImageFacts, ImageFault> {
    let mut facts = None;
    let mut rest = &bytes[2..];
    loop {
        let [0xFF, marker, after @ ..] = rest else {
            return Err(if rest.len() < 2 { CUT } else { ImageFault::Broken("its parts do not follow each other") });
        };
        match marker {
            // Filling, and marks that stand alone.
            0xFF => {
                rest = &rest[1..];
                continue;
            }
            0x01 | 0xD0..=0xD8 => {
                rest = after;
                continue;
            }
            0xD9 => return Err(CUT),
            _ => {}
        }
        let length = usize::from(u16::from_be_bytes(*after.first_chunk().ok_or(CUT)?));
        if length < 2 {
            return Err(ImageFault::Broken("a part has no length"));
        }
        let payload = after.get(2..length).ok_or(CUT)?;
        match marker {
            0xC0..=0xC2 => facts = Some(frame(payload, *marker == 0xC2)?),
            0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => return Err(UNUSUAL),
            // The scan runs to the end of the picture, which has a mark of its own; rubbish behind that does no harm.
            0xDA if memmem::rfind(&after[length..], b"\xFF\xD9").is_none() => return Err(CUT),
            0xDA => return facts.ok_or(ImageFault::Broken("it does not say its size")),
            _ => {}
        }
        rest = &after[length..];
    }
}

const UNUSUAL: ImageFault = ImageFault::Kind("a JPEG of a rare kind");

/// A frame header: precision, height, width, and the number of colours.
fn frame(payload: &[u8], progressive: bool) -> Result<ImageFacts, ImageFault> {
    let &[precision, h0, h1, w0, w1, colours] = payload.first_chunk().ok_or(CUT)?;
    if precision != 8 || !matches!(colours, 1 | 3 | 4) {
        return Err(UNUSUAL);
    }
    Ok(ImageFacts {
        kind: ImageKind::Jpeg,
        width: u32::from(u16::from_be_bytes([w0, w1])),
        height: u32::from(u16::from_be_bytes([h0, h1])),
        progressive,
        cmyk: colours == 4,
        transparent: false,
        rare: false,
    })
}

/// The bytes that follow each chunk of a PNG.
const CHECKSUM: usize = 4;

/// Reads the heads of all chunks of a PNG.
fn png(bytes: &[u8]) -> Result<ImageFacts, ImageFault> {
    let mut rest = &bytes[PNG.len()..];
    let mut header: Option<(u32, u32, u8, bool)> = None;
    let (mut palette, mut data, mut transparent, mut moves) = (false, false, false, false);
    loop {
        let length = u32::from_be_bytes(*rest.first_chunk().ok_or(CUT)?) as usize;
        let name = rest.get(4..8).ok_or(CUT)?;
        let payload = rest[8..].get(..length).ok_or(CUT)?;
        match (name, header) {
            (b"IHDR", None) => header = Some(image_header(payload)?),
            (_, None) => return Err(ImageFault::Broken("it does not say its size")),
            (b"PLTE", _) => palette = true,
            (b"tRNS", _) => transparent = true,
            (b"IDAT", _) => data = true,
            (b"acTL", _) => moves = true,
            (b"IEND", Some((width, height, colour, rare))) => {
                if !data || (colour == 3 && !palette) {
                    return Err(ImageFault::Broken("a part is missing"));
                }
                transparent |= matches!(colour, 4 | 6);
                let kind = ImageKind::Png;
                rest.get(8 + length + CHECKSUM - 1).ok_or(CUT)?;
                let rare = rare || moves;
                return Ok(ImageFacts { kind, width, height, progressive: false, cmyk: false, transparent, rare });
            }
            _ => {}
        }
        rest = rest.get(8 + length + CHECKSUM..).ok_or(CUT)?;
    }
}

/// Width, height, type of colour, and whether it is deep or interlaced.
fn image_header(payload: &[u8]) -> Result<(u32, u32, u8, bool), ImageFault> {
    let Ok(&[w0, w1, w2, w3, h0, h1, h2, h3, depth, colour, 0, 0, order @ (0 | 1)]) = <&[u8; 13]>::try_from(payload)
    else {
        return Err(ImageFault::Broken("its header is not one"));
    };
    let known = match colour {
        0 => matches!(depth, 1 | 2 | 4 | 8 | 16),
        3 => matches!(depth, 1 | 2 | 4 | 8),
        2 | 4 | 6 => matches!(depth, 8 | 16),
        _ => false,
    };
    if !known {
        return Err(ImageFault::Broken("its header is not one"));
    }
    let rare = depth == 16 || order == 1;
    Ok((u32::from_be_bytes([w0, w1, w2, w3]), u32::from_be_bytes([h0, h1, h2, h3]), colour, rare))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A picture that a real encoder wrote.
    fn real_png(colour: png::ColorType, transparent: bool) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, 7, 5);
        encoder.set_color(colour);
        if colour == png::ColorType::Indexed {
            encoder.set_palette(vec![0; 6]);
        }
        if transparent {
            encoder.set_trns(vec![0, 0]);
        }
        let samples = 7 * 5 * colour.samples();
        encoder.write_header().unwrap().write_image_data(&vec![0; samples]).unwrap();
        bytes
    }

    /// The segments of a JPEG with a frame of the given kind; there is no picture in its scan.
    fn bare_jpeg(marker: u8, precision: u8, height: u16, width: u16, colours: u8) -> Vec<u8> {
        let mut bytes = vec![0xFF, 0xD8, 0xFF, 0xE0, 0, 4, b'J', b'F', 0xFF, 0xFF, marker];
        bytes.extend((8 + 3 * u16::from(colours)).to_be_bytes());
        bytes.push(precision);
        bytes.extend(height.to_be_bytes());
        bytes.extend(width.to_be_bytes());
        bytes.push(colours);
        bytes.extend((0..colours).flat_map(|colour| [colour, 0x11, 0]));
        bytes.extend([0xFF, 0xDA, 0, 2, 1, 2, 3, 0xFF, 0, 0xFF, 0xD9]);
        bytes
    }

    fn fact(bytes: &[u8]) -> ImageFacts {
        examine(bytes).unwrap_or_else(|fault| panic!("it {fault}"))
    }

    #[test]
    fn png_is_told_with_its_size_and_transparency() {
        for (colour, transparent) in [
            (png::ColorType::Grayscale, false),
            (png::ColorType::Rgb, false),
            (png::ColorType::Indexed, false),
            (png::ColorType::GrayscaleAlpha, true),
            (png::ColorType::Rgba, true),
        ] {
            let kind = ImageKind::Png;
            let expected =
                ImageFacts { kind, width: 7, height: 5, progressive: false, cmyk: false, transparent, rare: false };
            assert_eq!(fact(&real_png(colour, false)), expected);
        }
        assert!(fact(&real_png(png::ColorType::Indexed, true)).transparent);
    }

    #[test]
    fn jpeg_is_told_with_its_size_order_and_inks() {
        let baseline = fact(&bare_jpeg(0xC0, 8, 2560, 1600, 3));
        let kind = ImageKind::Jpeg;
        let expected = ImageFacts {
            kind,
            width: 1600,
            height: 2560,
            progressive: false,
            cmyk: false,
            transparent: false,
            rare: false,
        };
        assert_eq!(baseline, expected);
        assert_eq!(fact(&bare_jpeg(0xC2, 8, 2560, 1600, 3)), ImageFacts { progressive: true, ..expected });
        assert_eq!(fact(&bare_jpeg(0xC1, 8, 2560, 1600, 4)), ImageFacts { cmyk: true, ..expected });
        assert_eq!(fact(&bare_jpeg(0xC0, 8, 2560, 1600, 1)), expected);
        let mut tail = bare_jpeg(0xC0, 8, 2560, 1600, 3);
        tail.extend(b"rubbish from a camera");
        assert_eq!(fact(&tail), expected);
    }

    #[test]
    fn other_kinds_are_named() {
        let faults: &[(&[u8], ImageFault)] = &[
            (b"", ImageFault::Empty),
            (b"GIF89a\x01\0\x01\0", ImageFault::Kind("a GIF")),
            (b"RIFF\x24\0\0\0WEBPVP8 ", ImageFault::Kind("a WebP picture")),
            (b"\0\0\0\x20ftypavif", ImageFault::Kind("an AVIF picture")),
            (
                b"<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
                ImageFault::Kind("an SVG drawing"),
            ),
            (b"<html>404 not found</html>", ImageFault::Unknown),
            (b"\xFF\xD8", ImageFault::Unknown),
            (b"\x89PNG\r\n\x1A\n", CUT),
            (b"\xFF\xD8\xFF", CUT),
        ];
        for (bytes, fault) in faults {
            assert_eq!(examine(bytes), Err(*fault), "{bytes:?}");
        }
        assert_eq!(examine(&bare_jpeg(0xC3, 8, 5, 5, 3)), Err(UNUSUAL));
        assert_eq!(examine(&bare_jpeg(0xC0, 12, 5, 5, 3)), Err(UNUSUAL));
        assert_eq!(examine(&bare_jpeg(0xC0, 8, 5, 5, 2)), Err(UNUSUAL));
    }

    #[test]
    fn a_picture_cut_off_anywhere_is_broken() {
        for whole in [real_png(png::ColorType::Rgb, false), bare_jpeg(0xC0, 8, 50, 40, 3)] {
            fact(&whole);
            for end in 8..whole.len() {
                assert!(matches!(examine(&whole[..end]), Err(ImageFault::Broken(_))), "{end} of {}", whole.len());
            }
        }
    }

    #[test]
    fn sizes_have_bounds() {
        let side = LARGEST_SIDE as u16;
        assert_eq!(fact(&bare_jpeg(0xC0, 8, side, side, 3)).width, LARGEST_SIDE);
        let (width, height) = (LARGEST_SIDE + 1, 5);
        assert_eq!(examine(&bare_jpeg(0xC0, 8, 5, side + 1, 3)), Err(ImageFault::TooLarge { width, height }));
        assert_eq!(examine(&bare_jpeg(0xC0, 8, 0, 5, 3)), Err(ImageFault::Broken("it has no size")));
        let mut heavy = bare_jpeg(0xC0, 8, 5, 5, 3);
        heavy.resize(LARGEST_FILE + 1, 0);
        assert_eq!(examine(&heavy), Err(ImageFault::TooManyBytes(LARGEST_FILE + 1)));
    }

    #[test]
    fn a_fault_reads_as_part_of_a_sentence() {
        let message = format!("`cover.gif` {}", examine(b"GIF89a").unwrap_err());
        assert_eq!(message, "`cover.gif` is a GIF, which not every reader shows");
        assert_eq!(examine(b"GIF89a").unwrap_err().hint(), "save it as JPEG or PNG");
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_strange(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = examine(&bytes);
            for magic in [JPEG, PNG, b"\xFF\xD8\xFF\xC0", b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR"] {
                let _ = examine(&[magic, &bytes].concat());
            }
        }

        #[test]
        fn no_damage_is_too_strange(place in 0_usize..300, byte in any::<u8>(), jpeg in any::<bool>()) {
            let mut bytes = if jpeg { bare_jpeg(0xC0, 8, 50, 40, 3) } else { real_png(png::ColorType::Indexed, true) };
            let place = place % bytes.len();
            bytes[place] = byte;
            if let Ok(facts) = examine(&bytes) {
                prop_assert!((1..=LARGEST_SIDE).contains(&facts.width) && (1..=LARGEST_SIDE).contains(&facts.height));
            }
        }
    }
}
