internal import Fleet

extension HostCheck {
  /// What the host lets its fleet do.
  static let trustChecks = [
    HostCheck("trust") { survey in
      if let fault = survey.trustFile.fault {
        return .fail("nothing beyond plain VMs is granted: \(fault.message)", fix: fault.hint)
      }
      let roots = survey.trust.diskRoots.map(\.printable).joined(separator: ", ")
      if let root = survey.trust.diskRoots.first(where: { HostPath.parts(of: $0)?.isEmpty ?? true }) {
        return .warn("the fleet may use every file of the host as a disk, since \(root) is among disk_roots")
      }
      let granted = survey.trust.granted
      let more = granted.isEmpty ? "nothing beyond plain VMs" : granted.joined(separator: ", ")
      let source = survey.trustFile.isPresent ? survey.trust.file : "defaults, there is no \(survey.trust.file)"
      return .pass("\(more); disks below \(roots) (\(source))")
    }
  ]
}
