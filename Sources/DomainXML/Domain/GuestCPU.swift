/// How a guest's processor is chosen.
public struct GuestCPU: Hashable, Sendable {
  /// The way of choosing; nil if the document only states a topology.
  public let mode: CPUMode?
  /// The named model; nil if none.
  public let model: String?
  /// Sockets, cores and threads; nil if left to libvirt.
  public let topology: CPUTopology?

  init(_ element: MarkupElement) {
    mode = element.attribute("mode").map(CPUMode.init(rawValue:))
    model = element.child(named: "model")?.trimmedText
    topology = element.child(named: "topology").flatMap(CPUTopology.init)
  }
}
