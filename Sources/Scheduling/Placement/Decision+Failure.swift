public import Fleet

extension Decision {
  /// The error to answer with when no host fits, every refusal inside; nil if one does.
  public func failure(for name: String) -> FleetError? {
    guard host == nil else { return nil }
    let message =
      switch refused.count {
      case 0: "no host fits VM \"\(name.printable)\": the fleet has no host"
      case 1: "no host fits VM \"\(name.printable)\": \(refused[0].host) refuses it by the rule \(refused[0].rule)"
      default: "no host fits VM \"\(name.printable)\": all \(refused.count) hosts refuse it"
      }
    let hint = refused.isEmpty ? "roost host token create" : "roost host list"
    return FleetError(.noHostFits, message, hint: hint, refusals: refused)
  }
}
