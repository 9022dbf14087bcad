internal import CLibvirt

/// libvirt's list of named values, copied; what is not asked for by name and kind is passed over.
struct TypedParameters {
  private var numbers: [String: UInt64] = [:]
  private var texts: [String: String] = [:]

  init() {}

  /// Copies a list that stays the caller's.
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

  /// A count of things to follow, held to what a domain can sensibly have.
  func count(_ name: String) -> Int { Int(clamping: min(numbers[name] ?? 0, 4096)) }
}
