/// An identifier that names one kind of thing and can't be mistaken for another kind's.
public struct ID<Subject>: Hashable, Comparable, Sendable {
  /// The identifier without its kind.
  public let value: UniqueID

  /// Names the thing with this identifier.
  public init(_ value: UniqueID) {
    self.value = value
  }

  /// Makes a random identifier.
  public init(from source: any RandomSource) {
    value = UniqueID(from: source)
  }

  /// Reads a UUID; nil if the text is none.
  public init?(_ text: String) {
    guard let value = UniqueID(text) else { return nil }
    self.value = value
  }

  public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}

extension ID: CustomStringConvertible {
  /// The canonical UUID.
  public var description: String { value.description }
}

/// The subjects of ``ID``.
public enum Subject {
  /// A fleet.
  public enum Fleet {}
  /// A host.
  public enum Host {}
  /// A virtual machine.
  public enum VM {}
  /// An operation.
  public enum Operation {}
  /// A library image.
  public enum Image {}
  /// An action that an agent carries out.
  public enum Action {}
  /// A question to an agent.
  public enum Query {}
  /// A tombstone.
  public enum Tombstone {}
  /// A join token.
  public enum Token {}
  /// A request of a client.
  public enum Request {}
  /// One life of the coordinator's database between two restores.
  public enum Incarnation {}
}

/// Names a fleet.
public typealias FleetID = ID<Subject.Fleet>
/// Names a host.
public typealias HostID = ID<Subject.Host>
/// Names a virtual machine; equal to the UUID libvirt knows it by.
public typealias VMID = ID<Subject.VM>
/// Names an operation.
public typealias OperationID = ID<Subject.Operation>
/// Names a library image.
public typealias ImageID = ID<Subject.Image>
/// Names an action that an agent carries out.
public typealias ActionID = ID<Subject.Action>
/// Names a question to an agent.
public typealias QueryID = ID<Subject.Query>
/// Names a tombstone.
public typealias TombstoneID = ID<Subject.Tombstone>
/// Names a join token.
public typealias TokenID = ID<Subject.Token>
/// Names a request of a client.
public typealias RequestID = ID<Subject.Request>
/// Names one life of the coordinator's database between two restores.
public typealias Incarnation = ID<Subject.Incarnation>
