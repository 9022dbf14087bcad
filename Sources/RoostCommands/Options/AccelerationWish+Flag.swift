internal import ArgumentParser
internal import Fleet

extension AccelerationWish {
  /// Reads the value of `--acceleration`.
  init(flag text: String) throws {
    guard let wish = AccelerationWish(rawValue: text) else {
      throw ValidationError("--acceleration is \"\(text.printable)\"; it is required, preferred or none")
    }
    self = wish
  }
}
