internal import Fleet
internal import RoostProto

/// The settings of `roost policy set`, sorted by whom they are for.
struct PolicySettings: Sendable {
  /// What is for starts behind Roost's back.
  var starts = Roost_V1_SetPolicyRequest()
  /// What is for placements.
  var placement = Roost_V1_SetPlacementPolicyRequest()
  /// True if something is for placements.
  private(set) var speaksOfPlacement = false
  /// True if something is for starts.
  private(set) var speaksOfStarts = false

  /// Reads `key=value` settings.
  /// - Throws: ``FleetError`` with code `usage`.
  init(_ settings: [String]) throws(FleetError) {
    for setting in settings { try take(setting) }
  }

  private mutating func take(_ setting: String) throws(FleetError) {
    let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 else { throw Self.unknown(setting) }
    let (key, value) = (parts[0], parts[1])
    switch key {
    case "out-of-band":
      starts.outOfBand = value
      speaksOfStarts = true
    case "unanswered":
      starts.unanswered = value
      speaksOfStarts = true
    case "survive":
      guard let losses = UInt32(value), losses <= 2 else {
        throw .usage("survive is \"\(value.printable)\"; it is 0, 1 or 2")
      }
      placement.survive = losses
      speaksOfPlacement = true
    case "aim", "policy":
      guard PlacementPolicy(rawValue: value) != nil else {
        let known = PlacementPolicy.allCases.map(\.rawValue).joined(separator: ", ")
        throw .usage("\(key) is \"\(value.printable)\"; it is one of \(known)")
      }
      placement.aim = value
      speaksOfPlacement = true
    case _ where key.hasPrefix("weight."):
      let isBuiltIn = value == "default"
      guard let weight = isBuiltIn ? -1 : Double(value), isBuiltIn || (0...1000).contains(weight) else {
        throw .usage("\(key.printable) is \"\(value.printable)\"; it is a number from 0 to 1000, or default")
      }
      placement.weights[String(key.dropFirst("weight.".count))] = weight
      speaksOfPlacement = true
    default: throw Self.unknown(setting)
    }
  }

  private static func unknown(_ setting: String) -> FleetError {
    .usage(
      "\"\(setting.printable)\" is nothing that can be set",
      hint: "roost policy set out-of-band=block unanswered=fail-open, or survive=1 aim=spread weight.disk=0.5")
  }
}
