use super::*;
use crate::model::manuscript::{Lines, Passage};
use crate::model::text::{Inline, Inlines};

/// Colours that go over into one another, as in a photograph, without a border.
fn painted(width: u32, height: u32) -> DynamicImage {
    let shade = |x: u32, y: u32| image::Rgb([(x * 255 / width) as u8, (y * 255 / height) as u8, 90]);
    DynamicImage::ImageRgb8(image::RgbImage::from_fn(width, height, shade))
}

fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, format).unwrap();
    out.into_inner()
}

fn fitted(bytes: &[u8]) -> Result<Fitted, ImageFault> {
    fit(bytes, &mut Allowance { left: ALLOWANCE })
}

/// What a picture becomes, with its size.
fn becomes(bytes: &[u8]) -> Result<(&'static str, u32, u32), ImageFault> {
    let (media_type, bytes) = match fitted(bytes)? {
        Fitted::AsItIs(media_type) => (media_type, bytes.to_vec()),
        Fitted::Anew(ImageData { media_type, bytes }) => {
            assert!(matches!(fitted(&bytes), Ok(Fitted::AsItIs(kept)) if kept == media_type), "what is made is kept");
            (media_type, bytes)
        }
    };
    let picture = image::load_from_memory(&bytes).unwrap();
    Ok((media_type, picture.width(), picture.height()))
}

fn is_kept(bytes: &[u8]) -> bool {
    matches!(fitted(bytes), Ok(Fitted::AsItIs(_)))
}

#[test]
fn what_every_device_shows_is_kept_to_the_byte() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif] {
        assert!(is_kept(&written(&painted(40, 30), format)), "{format:?}");
    }
}

#[test]
fn what_some_devices_do_not_show_is_made_anew() {
    let picture = painted(40, 30);
    assert_eq!(becomes(&written(&picture, ImageFormat::WebP)), Ok(("image/png", 40, 30)));
    assert_eq!(becomes(&written(&picture, ImageFormat::Bmp)), Ok(("image/png", 40, 30)));
    let deep = DynamicImage::ImageRgb16(picture.to_rgb16());
    assert_eq!(becomes(&written(&deep, ImageFormat::Png)), Ok(("image/png", 40, 30)));
    let mut moving = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut moving);
    for _ in 0..3 {
        encoder.encode_frame(image::Frame::new(picture.to_rgba8())).unwrap();
    }
    drop(encoder);
    assert_eq!(becomes(&moving), Ok(("image/png", 40, 30)));
}

#[test]
fn places_that_show_what_is_behind_stay_so() {
    let holes = image::RgbaImage::from_fn(20, 20, |x, _| image::Rgba([200, 0, 0, if x < 10 { 0 } else { 255 }]));
    let Ok(Fitted::Anew(made)) = fitted(&written(&DynamicImage::ImageRgba8(holes), ImageFormat::WebP)) else {
        panic!("WebP is made anew")
    };
    assert_eq!(image::load_from_memory(&made.bytes).unwrap().to_rgba8().get_pixel(3, 3).0[3], 0);
}

#[test]
fn pictures_larger_than_a_page_are_scaled_down() {
    assert_eq!(becomes(&written(&painted(4000, 50), ImageFormat::Jpeg)), Ok(("image/jpeg", 3200, 40)));
    let (width, height) = page_size(5200, 4000);
    assert!(u64::from(width) * u64::from(height) <= MOST_PIXELS && width > 2200, "{width} by {height}");
    assert_eq!(page_size(60_000, 1), (3200, 1));
}

#[test]
fn a_picture_on_its_side_is_set_upright() {
    let mut jpeg = written(&painted(40, 30), ImageFormat::Jpeg);
    let exif = b"\xff\xe1\0\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    jpeg.splice(2..2, *exif);
    assert_eq!(becomes(&jpeg), Ok(("image/jpeg", 30, 40)));
}

#[test]
fn bombs_are_not_opened() {
    // A header that promises more pixels than a memory holds, and a file that keeps none of it.
    let mut bmp = written(&painted(40, 30), ImageFormat::Bmp);
    bmp[18..22].copy_from_slice(&30_000_u32.to_le_bytes());
    bmp[22..26].copy_from_slice(&30_000_u32.to_le_bytes());
    assert!(matches!(fitted(&bmp), Err(ImageFault::TooManyPixels { width: 30_000, height: 30_000 })));
    // Each may be opened, and not as many as anyone likes.
    let mut allowance = Allowance { left: ALLOWANCE };
    let admitted = (0..100).filter(|_| allowance.admits(20_000, 60 << 20)).count();
    assert_eq!(admitted, 8);
    assert!(allowance.admits(2 << 20, 60 << 20), "an ordinary picture is none");
}

#[test]
fn what_is_no_sound_picture_is_refused() {
    let gif = written(&painted(40, 30), ImageFormat::Gif);
    let webp = written(&painted(40, 30), ImageFormat::WebP);
    for end in [1, 7, 12, 20, gif.len() / 2, gif.len() - 1] {
        assert!(fitted(&gif[..end]).is_err(), "a GIF of {end} bytes");
    }
    for end in [1, 7, 12, 20, webp.len() / 2] {
        assert!(fitted(&webp[..end]).is_err(), "a WebP of {end} bytes");
    }
    for text in
        [&b"BM is what the label said."[..], b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<html>404</html>"]
    {
        assert!(fitted(text).is_err());
    }
    assert!(matches!(fitted(&written(&painted(1, 1), ImageFormat::Png)), Err(ImageFault::Dot)));
}

fn shows(keys: &[&str]) -> Manuscript {
    let images: Inlines =
        keys.iter().map(|key| Inline::Image { key: (*key).to_owned(), alt: "a moth".into() }).collect();
    Manuscript { passages: vec![Passage::paragraph(Lines::default(), images)], ..Manuscript::default() }
}

#[test]
fn one_picture_under_several_names_is_kept_once() {
    let mut manuscript = shows(&["b.png", "a.png", "c.bmp"]);
    let png = written(&painted(40, 30), ImageFormat::Png);
    manuscript.images.insert("a.png".into(), ImageData::unexamined(png.clone()));
    manuscript.images.insert("b.png".into(), ImageData::unexamined(png));
    manuscript.images.insert("c.bmp".into(), ImageData::unexamined(b"MZ a virus".to_vec()));
    let diagnostics = settle(&mut manuscript);
    assert_eq!(manuscript.images.keys().collect::<Vec<_>>(), ["a.png"]);
    assert_eq!(manuscript.images["a.png"].media_type, "image/png");
    let mut keys = Vec::new();
    manuscript.for_each_picture_mut(&mut |key| keys.push(key.clone()));
    assert_eq!(keys, ["a.png", "a.png", "c.bmp"]);
    assert_eq!(
        diagnostics.iter().map(|diagnostic| diagnostic.message.as_str()).collect::<Vec<_>>(),
        ["the picture `c.bmp` is not a picture; its description stands in its place"]
    );
}

#[test]
fn the_same_picture_is_made_to_the_same_bytes() {
    let webp = written(&painted(300, 200), ImageFormat::WebP);
    let bytes = || match fitted(&webp) {
        Ok(Fitted::Anew(image)) => image.bytes,
        _ => panic!("WebP is made anew"),
    };
    assert_eq!(bytes(), bytes());
}

proptest::proptest! {
    #[test]
    fn no_bytes_are_too_strange(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
        for magic in [&b""[..], b"GIF89a", b"RIFF\0\0\0\0WEBPVP8 ", b"RIFF\0\0\0\0WEBPVP8X", b"\xff\xd8\xff\xc2"] {
            let _ = fitted(&[magic, &bytes].concat());
        }
    }

    #[test]
    fn no_damage_is_too_strange(place in 0_usize..4000, byte in proptest::prelude::any::<u8>(), kind in 0_usize..5) {
        let formats = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP, ImageFormat::Bmp];
        let mut bytes = written(&painted(40, 30), formats[kind]);
        let place = place % bytes.len();
        bytes[place] = byte;
        let _ = fitted(&bytes);
    }
}

#[test]
fn a_small_picture_keeps_its_shape_and_stands_on_paper() {
    let small_of = |picture: &DynamicImage, format| {
        let ImageData { media_type, bytes } = small(&written(picture, format), 100, 100).unwrap();
        assert_eq!(media_type, "image/jpeg");
        image::load_from_memory(&bytes).unwrap().to_rgb8()
    };
    assert_eq!(small_of(&painted(400, 200), ImageFormat::Png).dimensions(), (100, 50));
    assert_eq!(small_of(&painted(40, 20), ImageFormat::Jpeg).dimensions(), (40, 20), "nothing is made larger");
    let clear = DynamicImage::ImageRgba8(image::RgbaImage::from_pixel(40, 40, image::Rgba([0, 0, 0, 0])));
    let pixel = *small_of(&clear, ImageFormat::Png).get_pixel(20, 20);
    assert!(pixel.0.iter().all(|colour| *colour > 250), "{pixel:?}");
    assert!(small(b"no picture", 10, 10).is_none() && small(b"\x89PNG\r\n\x1a\ncut", 10, 10).is_none());
}
