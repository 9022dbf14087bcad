/// Which events somebody asks for; what is nil does not matter.
package struct EventQuery: Hashable, Sendable {
  /// The name of a VM that they are about.
  package var vm: String?
  /// The name of a host that they are about, or that told them.
  package var host: String?
  /// The first moment.
  package var from: Timestamp?
  /// The moment before which they happened.
  package var until: Timestamp?

  /// Makes a query; the defaults ask for all events.
  package init(vm: String? = nil, host: String? = nil, from: Timestamp? = nil, until: Timestamp? = nil) {
    self.vm = vm
    self.host = host
    self.from = from
    self.until = until
  }

  /// True if an event is asked for.
  package func matches(_ event: FleetEvent) -> Bool {
    if let from, event.at < from { return false }
    if let until, event.at >= until { return false }
    let isAboutHost = event.kind.hasPrefix("host.") || event.kind.hasPrefix("token.")
    if let vm {
      guard !isAboutHost && event.subject == vm || event.message.contains("\"\(vm)\"") else { return false }
    }
    if let host {
      guard isAboutHost && event.subject == host || event.actor == "host:\(host)" || Self.names(host, event.message)
      else { return false }
    }
    return true
  }

  /// True if a sentence has the host's name as a word of its own; what stands in quotes is the name of a VM.
  private static func names(_ host: String, _ sentence: String) -> Bool {
    sentence.split { " ,;:()".contains($0) }.contains { $0 == host }
  }
}
