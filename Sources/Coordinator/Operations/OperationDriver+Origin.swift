import Fleet
import Logging
import RoostAPI
import Scheduling
import Store

extension OperationDriver {
  /// How long the host where a VM was made may take to report its files.
  private static let originLimit = Duration.seconds(3)

  /// The host where a decision of Roost placed a VM; nil if there was none, or if it can't be read.
  private func origin(of id: VMID) async -> String? {
    do {
      return try await store.read { try $0.decision(of: id)?.host }
    } catch {
      logger.warning("where VM \(id) was made, which may have its disks, can't be read: \(error)")
      return nil
    }
  }

  /// What a destroyed VM leaves on the host where Roost made its disks, if it was moved from there with other tools;
  /// one sentence each. Only the agent there has the record that allows deleting them, and another host may use them.
  func leftAtOrigin(of work: AgentAction.Work, _ situation: OperationSituation) async -> [String] {
    guard case .destroy(let order) = work, !order.keepDisks, let vm = situation.vm,
      let origin = await origin(of: vm.id), origin != situation.entry?.host.name
    else { return [] }
    let made = vm.spec.disks.filter(\.isMadeByRoost)
    guard !made.isEmpty else { return [] }
    let entry = situation.view.host(origin)
    let directory = entry?.facts?.imageDirectory ?? ""
    let files = made.compactMap { disk in
      disk.path ?? (directory.isEmpty ? nil : disk.ownFile(of: vm.id, named: vm.spec.name, in: directory))
    }
    guard let entry, files.count == made.count else {
      return ["the disks that Roost made for it on \(origin.printable) may still be there, where it can't be asked"]
    }
    let found = try? await sessions.files(files, on: entry.host.id, within: Self.originLimit)
    return files.enumerated().compactMap { number, file in
      let shown = "\(file.printable) (if no guest needs it, there: rm \(file.shellQuoted))"
      // BOUNDED: one status for each file, as the call checks.
      switch found.map({ $0[number].kind }) {
      case .missing: return nil
      case .regular, .block, .directory, .other: return "left on \(origin), where Roost made it: \(shown)"
      case .hidden, nil: return "may be left on \(origin), where Roost made it and which can't say: \(shown)"
      }
    }
  }
}
