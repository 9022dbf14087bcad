/// Why a document, or a change to it, is refused.
///
/// Nothing may branch on ``message``; it is one sentence for a person.
public struct DomainXMLError: Error, Hashable, Sendable {
  /// What kind of refusal this is.
  public let code: Code
  /// The line in the source text, counted from 1; nil where there is none.
  public let line: Int?
  /// One sentence in the present tense, without a final stop.
  public let message: String
  /// The element or attribute at fault, such as `memory` or `disk/@type`; nil if the text as a whole is.
  public let element: String?

  /// Describes a refusal.
  public init(_ code: Code, line: Int? = nil, element: String? = nil, _ message: String) {
    self.code = code
    self.line = line
    self.message = message
    self.element = element
  }
}

extension DomainXMLError: CustomStringConvertible {
  /// The message, led by the line where one is known.
  public var description: String {
    guard let line else { return message }
    return "line \(line): \(message)"
  }
}
