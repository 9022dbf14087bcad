/// The one form of a UUID in which two texts can be compared.
public enum UUIDText {
  /// Lower case, with hyphens. Nil if the text is not 32 hexadecimal digits with hyphens or without.
  public static func canonical(_ text: String) -> String? {
    let trimmed = MarkupText.trimmed(text).lowercased()
    let digits = trimmed.utf8.filter { $0 != UInt8(ascii: "-") }
    let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte) }
    guard digits.count == 32, digits.allSatisfy(isDigit), trimmed.utf8.count <= 40 else { return nil }
    var result: [UInt8] = []
    for (index, digit) in digits.enumerated() {
      if [8, 12, 16, 20].contains(index) { result.append(UInt8(ascii: "-")) }
      result.append(digit)
    }
    return String(decoding: result, as: UTF8.self)
  }
}
