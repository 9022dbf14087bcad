/// Selects events; a nil field matches all.
package struct EventQuery: Hashable, Sendable {
  /// The name of the VM that the events concern.
  package var vm: String?
  /// The name of the host that the events concern or that reported them.
  package var host: String?
  /// The earliest moment, included.
  package var from: Timestamp?
  /// The end of the period, not included.
  package var until: Timestamp?

  /// Makes a query; the defaults ask for all events.
  package init(vm: String? = nil, host: String? = nil, from: Timestamp? = nil, until: Timestamp? = nil) {
    self.vm = vm
    self.host = host
    self.from = from
    self.until = until
  }

  /// True if the query selects an event.
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

  /// True if a sentence contains the host's name as a word; a word in quotes is a VM's name.
  private static func names(_ host: String, _ sentence: String) -> Bool {
    sentence.split { " ,;:()".contains($0) }.contains { $0 == host }
  }
}
