import Fleet
import Scheduling

extension FleetEvent.Kind {
  /// A user requested this verb on a VM.
  static func asked(_ verb: PowerVerb) -> Self {
    switch verb {
    case .start: .vmStart
    case .stop: .vmStop
    case .restart: .vmRestart
    case .pause: .vmPause
    case .resume: .vmResume
    }
  }

  /// Settling found such a difference.
  static func found(_ difference: FleetDifference.Kind) -> Self {
    switch difference {
    case .unknown: .settlingUnknown
    case .missing: .settlingMissing
    case .elsewhere: .settlingElsewhere
    }
  }
}
