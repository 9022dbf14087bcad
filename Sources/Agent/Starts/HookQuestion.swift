internal import Fleet

/// What libvirt's hook asks its agent: may this domain start?
package struct HookQuestion: Codable, Hashable, Sendable {
  /// The largest document that is looked at, in bytes.
  static let documentLimit = 1 << 20

  /// The domain's name.
  var name: String
  /// libvirt's word for what happens: `prepare` before a start, `migrate` when a guest is about to come here.
  var operation: String
  /// The domain's document.
  package var document: String
}
