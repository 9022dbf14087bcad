public import Fleet

/// Somebody's right to an address, running or not.
public enum LedgerClaim: Hashable, Sendable {
  /// It is kept by hand for something outside the fleet, which is there all the time.
  case reserved(AddressOwner)
  /// It was given to a VM.
  case given(AddressOwner)

  /// Whose it is; without a UUID for what is no VM.
  public var owner: AddressOwner {
    switch self {
    case .reserved(let owner), .given(let owner): owner
    }
  }
}
