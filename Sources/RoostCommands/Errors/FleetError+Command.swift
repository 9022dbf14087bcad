internal import Fleet

extension FleetError.Code {
  /// The person said no.
  static let declined = FleetError.Code(rawValue: "declined")
}

extension FleetError {
  /// The command was typed wrongly.
  static func usage(_ message: String, hint: String = "") -> FleetError {
    FleetError(.invalid, message, hint: hint)
  }
}
