/// The text a tree was read from, and where each of its elements stands in it.
struct XMLSource {
  /// One element's place.
  struct Span: Hashable {
    /// Offset of `<`.
    let start: Int
    /// Offset of the `>` or `/>` that ends the start tag.
    let openTagEnd: Int
    /// Offset after the end tag.
    var end: Int
  }

  /// A tree that was made, not read.
  static let none = XMLSource(bytes: [], spans: [])

  /// The text in UTF-8.
  let bytes: [UInt8]
  /// In document order; empty if the tree was not read from text.
  private let spans: [Span]

  private init(bytes: [UInt8], spans: [Span]) {
    self.bytes = bytes
    self.spans = spans
  }

  /// Finds the elements of a text that libxml2 has already accepted.
  ///
  /// Should the count differ from libxml2's, all places are forgotten and the tree is written afresh.
  init(scanning bytes: [UInt8], elements count: Int) {
    var scanner = XMLScanner(bytes: bytes)
    let spans = scanner.scan()
    let isTrusted = spans?.count == count
    self.init(bytes: isTrusted ? bytes : [], spans: isTrusted ? spans ?? [] : [])
  }

  /// Whether there is no source text.
  var isEmpty: Bool { spans.isEmpty }

  /// What stands before the root element.
  var prologue: ArraySlice<UInt8> { spans.first.map { bytes[..<$0.start] } ?? [] }

  /// What stands after the root element.
  var epilogue: ArraySlice<UInt8> { spans.first.map { bytes[$0.end...] } ?? [] }

  /// The span of the element numbered `place`, counted from 1.
  func span(at place: Int) -> Span? {
    guard place >= 1, place <= spans.count else { return nil }
    return spans[place - 1]
  }
}
