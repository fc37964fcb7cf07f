//! Pictures within a story: which of them every device shows, and a new picture in place of one that some do not.
//!
//! A picture that is sound, of ordinary size and of a kind that every reader takes stays as it is, to the byte, and is not even
//! decoded. What some devices show wrongly or not at all is made anew: still pictures of WebP, BMP and moving GIF, progressive
//! JPEG and those of four inks, PNG of 16 bits or interlaced, pictures that lie on their side, pictures too large for a page.
//! What cannot be shown is left to its description: drawings (they may hold programs and load from elsewhere), metafiles,
//! files that are cut off, bombs. What a picture is, its bytes say; nobody's name for it is believed.

mod examine;

pub use examine::{ImageFacts, ImageFault, ImageKind, LARGEST_FILE, LARGEST_SIDE, examine};

use std::collections::BTreeMap;
use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use memchr::memmem;

use crate::diagnostic::Diagnostic;
use crate::model::manuscript::{ImageData, Manuscript};

/// Pixels of the longest side on a page; one large store takes no more.
const LONGEST_SIDE: u32 = 3200;

/// Pixels of a picture on a page; another store takes no more.
const MOST_PIXELS: u64 = 4_000_000;

/// Bytes of a picture that could be smaller as a JPEG.
const HEAVY: usize = 5 << 20;

/// Bytes that a picture may take while it is decoded.
const LARGEST_DECODED: u64 = 160 << 20;

/// Bytes that the pixels of all pictures of a story may take which are many times what their files hold. Such pictures are
/// blank or bombs, and a file could hold any number of them.
const ALLOWANCE: u64 = 512 << 20;

/// How many bytes of pixels a byte of an ordinary picture stands for at most.
const ORDINARY_RATIO: u64 = 150;

/// Of 100. Two generations of it cannot be told apart on a screen of paper's colours.
const QUALITY: u8 = 90;

/// Makes the pictures of a manuscript such that every device shows them, and each of them one picture however often it stands
/// there. Those that cannot be shown are taken out: their descriptions stand in their places.
pub fn settle(manuscript: &mut Manuscript) -> Vec<Diagnostic> {
    if manuscript.images.is_empty() {
        return Vec::new();
    }
    let mut allowance = Allowance { left: ALLOWANCE };
    let mut by_bytes: BTreeMap<Vec<u8>, Option<String>> = BTreeMap::new();
    let mut renamed: BTreeMap<String, String> = BTreeMap::new();
    let mut images = BTreeMap::new();
    let mut made_anew: Vec<String> = Vec::new();
    let mut left_out: BTreeMap<String, Vec<(String, &'static str)>> = BTreeMap::new();
    for (key, ImageData { bytes, .. }) in std::mem::take(&mut manuscript.images) {
        if let Some(known) = by_bytes.get(&bytes) {
            if let Some(known) = known {
                renamed.insert(key, known.clone());
            }
            continue;
        }
        let fitted = fit(&bytes, &mut allowance);
        by_bytes.insert(bytes.clone(), fitted.is_ok().then(|| key.clone()));
        match fitted {
            Ok(Fitted::AsItIs(media_type)) => {
                images.insert(key, ImageData { media_type, bytes });
            }
            Ok(Fitted::Anew(image)) => {
                made_anew.push(shown_name(&key));
                images.insert(key, image);
            }
            // A dot that counts readers, or holds a place for what a program would have loaded.
            Err(ImageFault::Dot) => {}
            Err(fault) => left_out.entry(fault.to_string()).or_default().push((shown_name(&key), fault.hint())),
        }
    }
    manuscript.images = images;
    if !renamed.is_empty() {
        manuscript.for_each_picture_mut(&mut |key| {
            if let Some(known) = renamed.get(key) {
                key.clone_from(known);
            }
        });
    }
    let mut diagnostics = Vec::new();
    for (fault, pictures) in left_out {
        let (first, hint) = &pictures[0];
        let also = match pictures.len() {
            1 => String::new(),
            2 => " (and so is one more)".to_owned(),
            more => format!(" (and so are {} more)", more - 1),
        };
        let message = format!("the picture `{first}` {fault}{also}; its description stands in its place");
        diagnostics.push(Diagnostic::remark("picture-left-out", message).hint(*hint));
    }
    if let Some(first) = made_anew.first() {
        let message = match made_anew.len() {
            1 => format!("a picture was made anew, so that every device shows it: `{first}`"),
            more => format!("{more} pictures were made anew, so that every device shows them, first `{first}`"),
        };
        diagnostics.push(Diagnostic::remark("picture-made-anew", message));
    }
    diagnostics
}

/// A picture's name for people: the last part of the path that it is known by.
fn shown_name(key: &str) -> String {
    key.rsplit(['/', '\\']).next().unwrap_or(key).chars().take(60).collect()
}

/// What becomes of a picture that can be shown.
enum Fitted {
    AsItIs(&'static str),
    Anew(ImageData),
}

/// Bytes of pixels that may still be made out of few bytes.
struct Allowance {
    left: u64,
}

impl Allowance {
    /// Whether a picture may be decoded, of which so many bytes of pixels come.
    fn admits(&mut self, file: usize, decoded: u64) -> bool {
        if decoded > LARGEST_DECODED {
            return false;
        }
        if decoded <= file as u64 * ORDINARY_RATIO {
            return true;
        }
        let admitted = decoded <= self.left;
        self.left = self.left.saturating_sub(decoded);
        admitted
    }
}

/// A picture within a frame of so many pixels, as a JPEG to look at; `None` when it cannot be shown.
pub fn small(bytes: &[u8], width: u32, height: u32) -> Option<ImageData> {
    let format = image::guess_format(bytes).ok()?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(LARGEST_DECODED);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let decoder = reader.into_decoder().ok()?;
    let scans = if format == ImageFormat::Jpeg { 3 } else { 1 };
    let decoded = decoder.total_bytes().saturating_mul(scans);
    if !(Allowance { left: LARGEST_DECODED }).admits(bytes.len(), decoded) {
        return None;
    }
    let picture = DynamicImage::from_decoder(decoder).ok()?;
    let picture =
        if picture.width() > width || picture.height() > height { picture.thumbnail(width, height) } else { picture };
    let mut written = Vec::new();
    let paper = DynamicImage::ImageRgb8(on_paper(&picture));
    paper.write_with_encoder(JpegEncoder::new_with_quality(&mut written, 80)).ok()?;
    Some(ImageData { media_type: "image/jpeg", bytes: written })
}

/// What shows through is white, as on paper.
fn on_paper(picture: &DynamicImage) -> image::RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let pixels = picture.to_rgba8();
    image::RgbImage::from_fn(pixels.width(), pixels.height(), |x, y| {
        let [red, green, blue, alpha] = pixels.get_pixel(x, y).0;
        let over = |colour: u8| 255 - (255 - u32::from(colour)) * u32::from(alpha) / 255;
        image::Rgb([red, green, blue].map(|colour| over(colour) as u8))
    })
}

fn fit(bytes: &[u8], allowance: &mut Allowance) -> Result<Fitted, ImageFault> {
    match bytes {
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => {
            let (width, height, pictures) = gif(bytes)?;
            refuse_dot(width, height)?;
            if pictures == 1 && is_of_page(width, height) {
                return Ok(Fitted::AsItIs("image/gif"));
            }
            anew(bytes, ImageFormat::Gif, false, allowance)
        }
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', b'V', b'P', b'8', kind, ..] => {
            anew(bytes, ImageFormat::WebP, *kind == b' ', allowance)
        }
        [b'B', b'M', ..] if is_bmp(bytes) => anew(bytes, ImageFormat::Bmp, false, allowance),
        _ => {
            let facts = examine::measure(bytes)?;
            let ImageFacts { kind, width, height, progressive, cmyk, transparent, rare } = facts;
            refuse_dot(width, height)?;
            let heavy = bytes.len() > HEAVY && !transparent;
            let turned = kind == ImageKind::Jpeg && is_turned(bytes);
            if !(progressive || cmyk || rare || turned || heavy) && is_of_page(width, height) {
                return Ok(Fitted::AsItIs(kind.media_type()));
            }
            match kind {
                ImageKind::Jpeg => anew(bytes, ImageFormat::Jpeg, true, allowance),
                ImageKind::Png => anew(bytes, ImageFormat::Png, false, allowance),
            }
        }
    }
}

fn is_of_page(width: u32, height: u32) -> bool {
    width.max(height) <= LONGEST_SIDE && u64::from(width) * u64::from(height) <= MOST_PIXELS
}

fn refuse_dot(width: u32, height: u32) -> Result<(), ImageFault> {
    if width.max(height) <= 2 { Err(ImageFault::Dot) } else { Ok(()) }
}

/// Any text may begin with the two letters of a BMP; none goes on so.
fn is_bmp(bytes: &[u8]) -> bool {
    let number = |at: usize| bytes.get(at..).and_then(|rest| rest.first_chunk()).map(|four| u32::from_le_bytes(*four));
    matches!(number(14), Some(12 | 40 | 52 | 56 | 64 | 108 | 124)) && number(6) == Some(0)
}

/// Whether a camera wrote that the picture lies on its side. Few readers of books look for that.
fn is_turned(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(70_000)];
    let Some(at) = memmem::find(head, b"Exif\0\0") else { return false };
    Orientation::from_exif_chunk(&head[at + 6..]).is_some_and(|turn| turn != Orientation::NoTransforms)
}

/// Decodes a picture and writes it as a plain JPEG or PNG of a page's size. `painted` says that it is of many colours and
/// came out of a process that lost some already.
fn anew(bytes: &[u8], format: ImageFormat, painted: bool, allowance: &mut Allowance) -> Result<Fitted, ImageFault> {
    const BROKEN: ImageFault = ImageFault::Broken("its data cannot be read");
    let mut limits = Limits::default();
    limits.max_alloc = Some(LARGEST_DECODED);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| BROKEN)?;
    let (width, height) = decoder.dimensions();
    refuse_dot(width, height)?;
    // A JPEG that comes in several scans is kept whole in numbers of two bytes until the last.
    let scans = if format == ImageFormat::Jpeg { 3 } else { 1 };
    if !allowance.admits(bytes.len(), decoder.total_bytes().saturating_mul(scans)) {
        return Err(ImageFault::TooManyPixels { width, height });
    }
    let turn = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| BROKEN)?;
    picture.apply_orientation(turn);
    let (width, height) = (picture.width(), picture.height());
    if !is_of_page(width, height) {
        let (width, height) = page_size(width, height);
        picture = picture.thumbnail_exact(width, height);
    }
    let opaque = !picture.color().has_alpha() || is_opaque(&picture);
    let grey = matches!(picture.color().channel_count(), 1 | 2);
    picture = match (opaque, grey) {
        (true, true) => DynamicImage::ImageLuma8(picture.into_luma8()),
        (true, false) => DynamicImage::ImageRgb8(picture.into_rgb8()),
        (false, true) => DynamicImage::ImageLumaA8(picture.into_luma_alpha8()),
        (false, false) => DynamicImage::ImageRgba8(picture.into_rgba8()),
    };
    let mut written = Vec::new();
    if !(painted && opaque) {
        let encoder = PngEncoder::new_with_quality(&mut written, CompressionType::Best, FilterType::Adaptive);
        picture.write_with_encoder(encoder).map_err(|_| BROKEN)?;
        if !opaque || written.len() <= HEAVY / 4 {
            return Ok(Fitted::Anew(ImageData { media_type: "image/png", bytes: written }));
        }
        written.clear();
    }
    picture.write_with_encoder(JpegEncoder::new_with_quality(&mut written, QUALITY)).map_err(|_| BROKEN)?;
    Ok(Fitted::Anew(ImageData { media_type: "image/jpeg", bytes: written }))
}

/// The size of a page for a picture that is larger, its shape kept.
fn page_size(width: u32, height: u32) -> (u32, u32) {
    // In whole numbers, so that it is the same on every machine.
    let longest = u64::from(width.max(height));
    let mut side = longest.min(u64::from(LONGEST_SIDE));
    let scaled = |side: u64, of: u32| (u64::from(of) * side / longest).max(1);
    while scaled(side, width) * scaled(side, height) > MOST_PIXELS {
        side -= 1;
    }
    (scaled(side, width) as u32, scaled(side, height) as u32)
}

fn is_opaque(picture: &DynamicImage) -> bool {
    match picture {
        DynamicImage::ImageRgba8(pixels) => pixels.pixels().all(|pixel| pixel.0[3] == u8::MAX),
        DynamicImage::ImageRgba16(pixels) => pixels.pixels().all(|pixel| pixel.0[3] == u16::MAX),
        DynamicImage::ImageLumaA8(pixels) => pixels.pixels().all(|pixel| pixel.0[1] == u8::MAX),
        DynamicImage::ImageLumaA16(pixels) => pixels.pixels().all(|pixel| pixel.0[1] == u16::MAX),
        _ => false,
    }
}

/// Width, height and number of pictures of a GIF, whose blocks are walked to its end.
fn gif(bytes: &[u8]) -> Result<(u32, u32, usize), ImageFault> {
    const CUT: ImageFault = ImageFault::Broken("it ends too early");
    let [w0, w1, h0, h1, flags, _, _] = *bytes.get(6..).and_then(|rest| rest.first_chunk()).ok_or(CUT)?;
    let colours = |flags: u8| if flags & 0x80 != 0 { 3 << ((flags & 7) + 1) } else { 0 };
    let mut rest = bytes.get(13 + colours(flags)..).ok_or(CUT)?;
    let mut pictures = 0;
    loop {
        match *rest {
            [0x2c, _, _, _, _, _, _, _, _, flags, ref after @ ..] => {
                pictures += 1;
                // The table of colours, and the least size of a code.
                rest = after.get(colours(flags) + 1..).ok_or(CUT)?;
            }
            [0x21, _, ref after @ ..] => rest = after,
            // Rubbish behind the last picture does no harm.
            [0x3b, ..] if pictures > 0 => break,
            [0, ref after @ ..] => {
                rest = after;
                continue;
            }
            _ => return Err(CUT),
        }
        // Pieces of up to 255 bytes, each behind its length; one of no length ends the block.
        while let [length @ 1..=255, ref pieces @ ..] = *rest {
            rest = pieces.get(usize::from(length)..).ok_or(CUT)?;
        }
        rest = rest.get(1..).ok_or(CUT)?;
    }
    let (width, height) = (u16::from_le_bytes([w0, w1]), u16::from_le_bytes([h0, h1]));
    if width == 0 || height == 0 {
        return Err(ImageFault::Broken("it has no size"));
    }
    Ok((u32::from(width), u32::from(height), pictures))
}

#[cfg(test)]
mod tests;
