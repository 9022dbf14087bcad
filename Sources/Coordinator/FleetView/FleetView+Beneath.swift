import Fleet
import Scheduling

extension FleetView {
  /// One sentence if a VM that is still to be made would write to a file that a disk of another domain stands on, by
  /// the last report of each host.
  /// - Complexity: linear in the domains, for a VM that brings files along.
  func refusalForFileBeneath(_ spec: VMSpec, on host: String) -> String? {
    let written = Set(spec.writtenDisks().map(\.path).filter { !$0.isEmpty }.map(FilePath.normalised))
    guard !written.isEmpty else { return nil }
    let shared = sharedStorage
    for entry in sortedHosts {
      for domain in entry.domains.values.sorted(by: { $0.name < $1.name }) {
        let files = domain.configurations.flatMap(\.disks).flatMap(\.beneath).map(FilePath.normalised)
        let file = files.first { written.contains($0) && shared.isOne($0, on: host, and: entry.host.name) }
        guard let file else { continue }
        return "\(file.printable) lies beneath a disk of the domain \"\(domain.name.printable)\" on \(entry.host.name)"
      }
    }
    return nil
  }
}
