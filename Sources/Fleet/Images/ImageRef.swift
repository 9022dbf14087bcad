/// A library image as a spec names it.
public struct ImageRef: Hashable, Sendable {
  /// The image's id; nil until the coordinator has looked the name up.
  public var id: ImageID?
  /// The image's name.
  public var name: String

  /// Makes a reference.
  public init(id: ImageID? = nil, name: String) {
    self.id = id
    self.name = name
  }
}
