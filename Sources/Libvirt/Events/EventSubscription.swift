/// Events of a connection, for the lifetime of this object.
///
/// Keeps its connection open. Read ``events`` from one task.
package final class EventSubscription: Sendable {
  /// The connection the events come through.
  package let connection: Connection
  /// The events, bounded, ending with the subscription or the connection.
  package let events: EventStream
  /// The requested kinds that this driver does not support.
  package let unsupported: Set<Event.Kind>

  private let registrations: Registrations

  init(to kinds: Set<Event.Kind>, of connection: Connection, capacity: Int) throws {
    let sink = EventSink(capacity: capacity)
    let registrations = Registrations(connection: connection, sink: sink)
    var unsupported: Set<Event.Kind> = []
    do {
      for kind in Event.Kind.allCases where kinds.contains(kind) {
        do {
          try registrations.add(kind)
        } catch LibvirtError.Code.noSupport {
          unsupported.insert(kind)
        }
      }
    } catch {
      registrations.removeAll()
      throw error
    }
    self.connection = connection
    self.registrations = registrations
    self.unsupported = unsupported
    events = EventStream(sink: sink)
  }

  deinit {
    // Deregistering calls the daemon, which may hang; the last owner must not wait for that.
    events.sink.finish()
    let registrations = registrations
    DedicatedThread.runApart("libvirt-events-") { registrations.removeAll() }
  }

  /// Ends the events now, and returns when the daemon knows; blocks.
  package func cancel() {
    events.sink.finish()
    registrations.removeAll()
  }
}

extension Connection {
  /// Subscribes to events; blocks.
  ///
  /// At most `capacity` events wait for the reader. Kinds that the driver does not support are left out and named by
  /// ``EventSubscription/unsupported``. A connection reports each kind to one subscription at a time: a second one
  /// throws `invalidArgument`, or `operationInvalid` for `connectionClosed`.
  package func subscribe(
    to kinds: Set<Event.Kind> = Set(Event.Kind.allCases), capacity: Int = 1024
  ) throws -> EventSubscription {
    try EventSubscription(to: kinds, of: self, capacity: capacity)
  }
}
