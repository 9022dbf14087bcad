internal import CLibxml2

extension XMLDocument {
  /// libxml2's tables, built once per process before the first parse.
  private static let initialised: Void = roost_xml_initialise()

  /// Reads a document from text.
  ///
  /// No network, no entity expansion, no DTD. Throws ``DomainXMLError`` with the codes `empty`, `tooLarge`,
  /// `invalidEncoding`, `invalidCharacter`, `documentType`, `tooDeep`, `notWellFormed`.
  package convenience init(parsing text: String) throws(DomainXMLError) {
    try self.init(parsing: Array(text.utf8))
  }

  /// Reads a document from bytes in UTF-8; a byte order mark is skipped.
  package convenience init(parsing bytes: [UInt8]) throws(DomainXMLError) {
    let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    try XMLDocument.checkBytes(bytes)
    XMLDocument.initialised
    var failure = roost_xml_failure()
    // SAFETY: the buffer lives for the call, its length is at most 1 MiB, and libxml2 keeps no reference to it.
    let parsed = unsafe bytes.withUnsafeBufferPointer { buffer in
      // BOUNDED: at most a megabyte, by the check above.
      unsafe roost_xml_parse(buffer.baseAddress, Int32(buffer.count), &failure)
    }
    guard let parsed = unsafe parsed else { throw XMLDocument.error(from: failure) }
    // SAFETY: parsed is a live document; self takes it.
    let count = unsafe roost_xml_number_elements(parsed)
    try unsafe self.init(owning: parsed, source: XMLSource(scanning: bytes, elements: count))
  }

  /// What can be said about the bytes before libxml2 sees them.
  private static func checkBytes(_ bytes: [UInt8]) throws(DomainXMLError) {
    guard bytes.contains(where: { !XMLText.isSpace($0) }) else {
      throw DomainXMLError(.empty, "the document is empty")
    }
    guard bytes.count <= sizeLimit else {
      throw DomainXMLError(.tooLarge, "the document has \(bytes.count) bytes; the limit is \(sizeLimit)")
    }
    if let zero = bytes.firstIndex(of: 0) {
      // BOUNDED: an index of the same bytes.
      let line = 1 + bytes[..<zero].count { $0 == UInt8(ascii: "\n") }
      throw DomainXMLError(.invalidCharacter, line: line, "the document contains a NUL character")
    }
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw DomainXMLError(.invalidEncoding, "the document is not valid UTF-8")
    }
    try checkCounts(bytes)
  }

  /// Refuses more elements, or more attributes of one, than work in this tree has time for.
  private static func checkCounts(_ bytes: [UInt8]) throws(DomainXMLError) {
    var (elements, attributes) = (0, 0)
    var before: UInt8 = 0
    for byte in bytes {
      if before == UInt8(ascii: "<") {
        attributes = 0
        // What ends an element, comments and instructions are none.
        if byte != UInt8(ascii: "/"), byte != UInt8(ascii: "!"), byte != UInt8(ascii: "?") { elements += 1 }
      }
      if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\""), before == UInt8(ascii: "=") { attributes += 1 }
      guard elements <= elementLimit, attributes <= attributeLimit else {
        throw DomainXMLError(
          .tooLarge,
          "the document has more than \(elementLimit) elements, or \(attributeLimit) attributes of one element")
      }
      before = byte
    }
  }

  private static func error(from failure: roost_xml_failure) -> DomainXMLError {
    // BOUNDED: a C int.
    let line = failure.line > 0 ? Int(failure.line) : nil
    if failure.doctype != 0 {
      return DomainXMLError(.documentType, line: line, "the document has a document type declaration")
    }
    if failure.encoding != 0 {
      return DomainXMLError(.invalidEncoding, line: line, "the document declares an encoding other than UTF-8")
    }
    if failure.deep != 0 {
      return DomainXMLError(.tooDeep, line: line, "elements nest too deeply")
    }
    // SAFETY: the message is a NUL-terminated array inside `failure`, which outlives the call.
    let message = unsafe withUnsafePointer(to: failure) { pointer in
      unsafe String(cString: roost_xml_failure_message(pointer))
    }
    let code: DomainXMLError.Code
    switch failure.code {
    case Int32(XML_ERR_INVALID_CHAR.rawValue), Int32(XML_ERR_INVALID_CHARREF.rawValue): code = .invalidCharacter
    case Int32(XML_ERR_UNSUPPORTED_ENCODING.rawValue), Int32(XML_ERR_UNKNOWN_ENCODING.rawValue),
      Int32(XML_ERR_INVALID_ENCODING.rawValue):
      code = .invalidEncoding
    default: code = .notWellFormed
    }
    let text = message.isEmpty ? "the document is not well-formed" : "the document is not well-formed: \(message)"
    return DomainXMLError(code, line: line, text)
  }
}
