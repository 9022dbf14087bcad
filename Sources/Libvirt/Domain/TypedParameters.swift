internal import CLibvirt

/// A copy of libvirt's list of named, typed values.
struct TypedParameters {
  private var numbers: [String: UInt64] = [:]
  private var texts: [String: String] = [:]

  init() {}

  /// Copies a list that the caller keeps.
  @unsafe init(copying list: UnsafePointer<virTypedParameter>?, count: Int32) {
    // SAFETY: `count` entries from `list`; names are zero-terminated inside their array of 80.
    guard let list = unsafe list, count > 0 else { return }
    for index in 0..<count {
      let name = unsafe String(cString: roost_parameter_name(list, index))
      var number: UInt64 = 0
      if unsafe roost_parameter_unsigned(list, index, &number) == 1 {
        numbers[name] = number
      } else if let text = unsafe roost_parameter_text(list, index) {
        texts[name] = unsafe String(cString: text)
      }
    }
  }

  /// Makes a list from Swift values.
  init(numbers: [String: UInt64], texts: [String: String] = [:]) {
    self.numbers = numbers
    self.texts = texts
  }

  /// An integer that is not negative.
  func number(_ name: String) -> UInt64? { numbers[name] }

  /// A text.
  func text(_ name: String) -> String? { texts[name] }

  /// A count of list entries, clamped to 4096.
  func count(_ name: String) -> Int { Int(clamping: min(numbers[name] ?? 0, 4096)) }
}
