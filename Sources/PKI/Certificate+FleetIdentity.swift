extension Certificate {
  /// Who the holder is; nil unless exactly one Roost URI is there, it parses, and the certificate is no authority's.
  public var fleetIdentity: FleetIdentity? {
    guard !isAuthority, let uri = roostURI else { return nil }
    return FleetIdentity(uri: uri)
  }

  /// The fleet whose authority this is; nil for any certificate that isn't a fleet's authority.
  public var authorityFleetID: String? {
    guard isAuthority, let uri = roostURI, uri.hasPrefix(FleetIdentity.uriPrefix) else { return nil }
    let fleetID = String(uri.dropFirst(FleetIdentity.uriPrefix.count))
    return FleetIdentity.isFleetID(fleetID) ? fleetID : nil
  }

  /// The one URI that claims to be Roost's, in whatever case; nil for none or several.
  private var roostURI: String? {
    let candidates = names.uris.filter { $0.lowercased().hasPrefix(FleetIdentity.uriPrefix) }
    return candidates.count == 1 ? candidates.first : nil
  }
}
