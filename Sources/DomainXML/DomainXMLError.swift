/// Why a document, or a change to it, is refused.
///
/// Nothing may branch on ``message``; it is one sentence for a person.
package struct DomainXMLError: Error, Hashable, Sendable {
  /// What kind of refusal this is.
  package let code: Code
  /// The line in the source text, counted from 1; nil where there is none.
  package let line: Int?
  /// One sentence in the present tense, without a final stop.
  package let message: String
  /// The element or attribute at fault, such as `memory` or `disk/@type`; nil if the text as a whole is.
  package let element: String?

  /// Describes a refusal.
  package init(_ code: Code, line: Int? = nil, element: String? = nil, _ message: String) {
    self.code = code
    self.line = line
    self.message = message
    self.element = element
  }
}

extension DomainXMLError: CustomStringConvertible {
  /// The message, led by the line where one is known.
  package var description: String {
    guard let line else { return message }
    return "line \(line): \(message)"
  }
}

extension DomainXMLError {
  /// The kind of a refusal, open for kinds to come.
  package struct Code: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The kind's name in lower snake case.
    package let rawValue: String

    /// A kind by its name.
    package init(rawValue: String) { self.rawValue = rawValue }

    /// The kind's name.
    package var description: String { rawValue }

    /// There is no text.
    package static let empty = Code(rawValue: "empty")
    /// The text is larger than ``XMLDocument/sizeLimit``.
    package static let tooLarge = Code(rawValue: "too_large")
    /// The text is not UTF-8, or says that it is not.
    package static let invalidEncoding = Code(rawValue: "invalid_encoding")
    /// A character that XML does not allow.
    package static let invalidCharacter = Code(rawValue: "invalid_character")
    /// The text is not well-formed XML.
    package static let notWellFormed = Code(rawValue: "not_well_formed")
    /// The text has a document type declaration, which would allow entity attacks.
    package static let documentType = Code(rawValue: "document_type")
    /// Elements nest too deeply.
    package static let tooDeep = Code(rawValue: "too_deep")
    /// The root element belongs to another kind of document.
    package static let wrongRoot = Code(rawValue: "wrong_root")
    /// A required element or attribute is absent.
    package static let missing = Code(rawValue: "missing")
    /// A value has the wrong type or form.
    package static let invalidValue = Code(rawValue: "invalid_value")
    /// A number is zero, negative or too large for its meaning.
    package static let outOfRange = Code(rawValue: "out_of_range")
    /// A value that must be unique occurs twice.
    package static let duplicate = Code(rawValue: "duplicate")
    /// The device an edit names is not in the document.
    package static let notFound = Code(rawValue: "not_found")
    /// All names of a bus are taken.
    package static let noFreeName = Code(rawValue: "no_free_name")
    /// Memory ran out.
    package static let noMemory = Code(rawValue: "no_memory")

    /// Lets `catch DomainXMLError.Code.tooLarge` match.
    package static func ~= (code: Code, error: any Error) -> Bool {
      (error as? DomainXMLError)?.code == code
    }
  }
}
