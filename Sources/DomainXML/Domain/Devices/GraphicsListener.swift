/// One place a graphics server listens at.
public enum GraphicsListener: Hashable, Sendable {
  /// An address of the host; nil means the host's own setting.
  case address(String?)
  /// The address of a network of libvirt's.
  case network(String)
  /// A unix socket; nil means libvirt makes one.
  case socket(path: String?)
  /// Nowhere.
  case none

  init(_ element: MarkupElement) {
    switch element.attribute("type") {
    case "network": self = .network(element.attribute("network") ?? "")
    case "socket": self = .socket(path: element.attribute("socket"))
    case "none": self = .none
    default: self = .address(element.attribute("address"))
    }
  }
}
