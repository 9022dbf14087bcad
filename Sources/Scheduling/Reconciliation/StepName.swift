internal import Fleet

/// The names of the steps of operations.
package enum StepName {
  /// The disks are made and the domain is defined.
  package static let provision = "provision"
  /// The guest boots.
  package static let start = "start"
  /// The guest shuts down.
  package static let stop = "stop"
  /// The guest reboots.
  package static let restart = "restart"
  /// The guest's CPUs stop; it stays in memory.
  package static let pause = "pause"
  /// The guest continues.
  package static let resume = "resume"
  /// The domain and its disks are destroyed.
  package static let destroy = "destroy"
  /// A network starts or stops.
  package static let network = "network"
  /// Roost's mark is written into the domain.
  package static let mark = "mark"
  /// Roost's mark is taken out of the domain.
  package static let unmark = "unmark"
  /// The domain is defined again over the disks that are there.
  package static let recover = "recover"
  /// An interface gets another address; the old and the new one follow after spaces.
  package static let newMAC = "new-mac"
  /// The link of an interface goes down; its address follows after a space.
  package static let linkDown = "link-down"

  /// The power verb a step carries out, if it is one of those.
  static func verb(_ step: String) -> PowerVerb? {
    switch step {
    case start: .start
    case stop: .stop
    case restart: .restart
    case pause: .pause
    case resume: .resume
    default: nil
    }
  }
}
