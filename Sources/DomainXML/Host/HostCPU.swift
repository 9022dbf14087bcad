/// A host's processor.
public struct HostCPU: Hashable, Sendable {
  /// Such as `x86_64`; empty if absent.
  public let architecture: String
  /// The nearest model libvirt knows; nil if none.
  public let model: String?
  /// Such as `Intel`; nil if unknown.
  public let vendor: String?
  /// How the processors are arranged; nil if unknown.
  public let topology: CPUTopology?
  /// What it has beyond its model, in libvirt's order.
  public let features: [String]
  /// The page sizes it has, in bytes.
  public let pageSizesBytes: [Int64]

  init(_ element: MarkupElement?) {
    architecture = element?.child(named: "arch")?.trimmedText ?? ""
    model = element?.child(named: "model")?.trimmedText
    vendor = element?.child(named: "vendor")?.trimmedText
    topology = element?.child(named: "topology").flatMap(CPUTopology.init)
    features = element?.children(named: "feature").compactMap { $0.attribute("name") } ?? []
    pageSizesBytes = element?.children(named: "pages").compactMap(PageCount.sizeBytes) ?? []
  }
}
