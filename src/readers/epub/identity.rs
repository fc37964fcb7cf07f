//! Which book an e-book is: the identifier that stays the same from edition to edition, read from two small files of it, so
//! that a device full of books can be looked through.

use super::super::xml::Tree;
use crate::source::DecodeOptions;

/// Shorter identifiers are no identifiers: programs write `0` and `none` into every book that they make.
const SHORTEST: usize = 8;

/// Where the package document is, by `META-INF/container.xml`.
pub fn package_path(container: &[u8]) -> Option<String> {
    let (tree, _) = Tree::read(container, &DecodeOptions::default()).ok()?;
    tree.descendants(Tree::ROOT).find_map(|id| tree.attribute(id, "full-path").map(str::to_owned))
}

/// The identifier of the book that a package document describes.
pub fn identifier(package: &[u8]) -> Option<String> {
    let (tree, _) = Tree::read(package, &DecodeOptions::default()).ok()?;
    let wanted = tree.descendants(Tree::ROOT).find_map(|id| tree.attribute(id, "unique-identifier"));
    let stated = || tree.descendants(Tree::ROOT).filter(|id| tree.is(*id, "dc:identifier"));
    let unique = wanted.and_then(|wanted| stated().find(|id| tree.attribute(*id, "id") == Some(wanted)));
    let text = tree.all_text(unique.or_else(|| stated().next())?);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (text.chars().count() >= SHORTEST).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_identifier_is_the_one_that_the_package_calls_unique() {
        let package = |inner: &str| {
            let text = format!(
                "<package unique-identifier=\"b\"><metadata xmlns:d=\"http://purl.org/dc/elements/1.1/\">{inner}</metadata></package>"
            );
            identifier(text.as_bytes())
        };
        let two = "<d:identifier id='a'>urn:isbn:123456</d:identifier><d:identifier id='b'> urn:uuid:\n12345678 </d:identifier>";
        assert_eq!(package(two).as_deref(), Some("urn:uuid: 12345678"));
        assert_eq!(package("<d:identifier>urn:isbn:123456</d:identifier>").as_deref(), Some("urn:isbn:123456"));
        assert_eq!(package("<d:identifier id='b'>none</d:identifier>"), None);
        assert_eq!(package(""), None);
        assert_eq!(package_path(b"<container><rootfile full-path='a/b.opf'/></container>").as_deref(), Some("a/b.opf"));
    }
}
