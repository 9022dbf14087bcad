import Fleet
import Store

/// A secret that is part of one answer and kept nowhere.
enum OneTimeSecret: Sendable {
  /// A join token.
  case token
  /// The key of the person of that name.
  case key(of: String)

  /// What a repetition of the request that made it is told.
  func refusal(ofRepeated request: StoredRequest) -> FleetError {
    let (what, hint) =
      switch self {
      case .token: ("join token", "make another, the lost one expires by itself: roost host token create")
      case .key(let name): ("key", "make another: roost user renew \(name) --out DIR")
      }
    return FleetError(
      .conflict, "this request was carried out at \(request.at), and the \(what) that it made was shown once",
      hint: hint)
  }
}
