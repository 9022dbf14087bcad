internal import Fleet

/// What the steps of operations are called.
public enum StepName {
  /// The disks are made and the domain is defined.
  public static let provision = "provision"
  /// The guest boots.
  public static let start = "start"
  /// The guest shuts down.
  public static let stop = "stop"
  /// The guest reboots.
  public static let restart = "restart"
  /// The guest is held in memory.
  public static let pause = "pause"
  /// The guest goes on.
  public static let resume = "resume"
  /// The domain and its disks are destroyed.
  public static let destroy = "destroy"
  /// A network starts or stops.
  public static let network = "network"
  /// Roost's mark is written into the domain.
  public static let mark = "mark"
  /// Roost's mark is taken out of the domain.
  public static let unmark = "unmark"
  /// The domain is defined again over the disks that are there.
  public static let recover = "recover"
  /// An interface gets another address; the old and the new one follow after spaces.
  public static let newMAC = "new-mac"
  /// The link of an interface goes down; its address follows after a space.
  public static let linkDown = "link-down"

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
