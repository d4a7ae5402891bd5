"""Every choice of a training as one value that is printed, saved, and can be run again."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from inspect import cleandoc
from typing import Any, Self

from catseye.errors import with_short_traceback
from catseye.short_repr import ShortRepr
from catseye.system.device import CPU, Precision, quick_precision
from catseye.training.augmentation import COLOUR_JITTER, CUTMIX, FLIP, MIXUP, RANDOM_CROP, SHIFT
from catseye.training.choices import Average, Initialisation, Loss, Optimizer, Schedule, is_own_loss
from catseye.training.conflicts import DEFAULT_LR_DECAY, check_conflicts
from catseye.training.defaults import default_changes, lesson_values
from catseye.training.options import Limits, attributes_section, declared_options, option, unknown_option
from catseye.training.suited import BY_OPTIMIZER, changes_with_optimizer, check_momentum, suited_in_words, suited_values

_SHARE = Limits(0, 1, below=True)


@dataclass(frozen=True, repr=False)
class Recipe(ShortRepr):
    """Every choice of a training.

    Each field says what it does; checks, the options of ``catseye train`` and the tables in the documentation are made
    from that.

    Raises
    ------
    UsageError
        A value is of the wrong type or outside its range, or two values contradict each other.
    """

    epochs: int = option(
        2,
        "Number of passes over the training pictures.",
        limits=Limits(1, 100_000),
        advice="more epochs while the validation loss is still falling",
    )
    batch_size: int = option(
        256,
        "Number of pictures per training step.",
        limits=Limits(1, 65_536),
        advice="smaller batches for few pictures or little memory",
    )
    optimizer: Optimizer = option(
        "muon",
        "Optimizer.",
        metavar="NAME",
        details="`sgd` follows the gradient with momentum; `adagrad` (Duchi et al. 2011), `rmsprop` (Tieleman & Hinton "
        "2012) and `adam` (Kingma & Ba 2015, arXiv:1412.6980) scale each weight's step by its own past gradients: all "
        "of them, the latest ones, or the latest ones with momentum; `nadam` (Dozat 2016) is `adam` with Nesterov's "
        "momentum; `adamw` (Loshchilov & Hutter 2019, arXiv:1711.05101) is `adam` with weight decay apart from the "
        "gradient; `muon` (Jordan et al. 2024) takes equally strong steps in all directions of a hidden layer's matrix "
        "and uses AdamW for the rest.",
        advice="`adamw` where `muon` does not converge",
    )
    learning_rate: float = option(
        BY_OPTIMIZER,
        "Peak learning rate [default: as suits the optimizer].",
        flag="lr",
        limits=Limits(0, 1000, above=True),
        details=f"{suited_in_words('learning_rate')}; less for few pictures.",
        advice="a lower one if the loss jumps or stops being finite",
    )
    schedule: Schedule = option(
        "one_cycle",
        "Learning rate schedule.",
        metavar="NAME",
        details="`exponential` decreases it by the same factor in every step; `cosine` decreases it to 0; `one_cycle` "
        "raises it briefly, then decreases it to 0 (Smith & Topin 2018, arXiv:1708.07120).",
        advice="`constant` to compare optimizers",
    )
    learning_rate_decay: float = option(
        DEFAULT_LR_DECAY,
        "Learning rate at the end of the exponential schedule, as a share of the peak.",
        flag="lr-decay",
        limits=Limits(0, 1, above=True),
        details="In Keras: `ExponentialDecay` with this as `decay_rate` and all steps as `decay_steps`.",
        advice="with `--schedule exponential`",
    )
    momentum: float = option(
        0.9,
        "Momentum of sgd and rmsprop; 0: none.",
        limits=_SHARE,
        details="The share of the previous step that is kept in the next.",
        advice="0.9 with `sgd`",
    )
    nesterov: bool = option(
        False,
        "Take sgd's gradient one step of momentum ahead.",
        details="Nesterov's momentum, as Sutskever et al. 2013 write it.",
        advice="with `--optimizer sgd`",
    )
    weight_decay: float = option(
        BY_OPTIMIZER,
        "Weight decay: how strongly weights are pulled towards 0 [default: as suits the optimizer].",
        limits=Limits(0),
        details=f"{suited_in_words('weight_decay')}.",
        advice="more against overfitting",
    )
    loss: Loss = option(
        "cross_entropy",
        "Loss to minimise.",
        metavar="NAME",
        details="`focal` gives less weight to pictures that are already classified well (Lin et al. 2017, "
        "arXiv:1708.02002, gamma 2); `mean_squared_error` is that between the softmax probabilities and 1 for the "
        "class, 0 for the others, averaged over the classes, as in Keras. In Python also a function of your own.",
        advice="`focal` where one class is far more frequent than others",
        fine_tuning=False,
    )
    label_smoothing: float = option(
        0.05,
        "Share of the target probability spread over all classes.",
        limits=_SHARE,
        details="Szegedy et al. 2016, arXiv:1512.00567. With every loss.",
        advice="when some labels may be wrong",
    )
    gradient_clip: float = option(
        0.0, "Largest norm of the gradient; 0: no limit.", limits=Limits(0), advice="when the loss jumps"
    )
    early_stopping: int = option(
        0,
        "Stop after this many epochs without a lower validation loss; 0: never.",
        limits=Limits(0),
        details="Keeps the weights with the lowest validation loss, which may be the initial ones; with `ema` it "
        "watches and keeps the average.",
        advice="many epochs at a constant learning rate",
    )
    average: Average = option(
        "none",
        "Average of the weights to evaluate and save.",
        metavar="NAME",
        details="`ema` is the exponential moving average over the steps (Polyak & Juditsky 1992), in which a step's "
        "weight falls to 37 % within a twentieth of the training; `swa` is the mean of the weights after each epoch of "
        "the last quarter (Izmailov et al. 2018, arXiv:1803.05407).",
        advice="a constant learning rate; with others it changes little",
    )
    validation: float = option(
        0.05,
        "Share of the training pictures set aside for validation, calibration and early stopping; 0: none.",
        limits=Limits(0, 0.5),
        details="Keras's `validation_split`. Stratified by class; ignored where the data set has a validation split.",
        advice="0 if every picture is needed and probabilities need not be calibrated",
    )
    flip: bool = FLIP
    shift: int = SHIFT
    random_crop: float = RANDOM_CROP
    colour_jitter: float = COLOUR_JITTER
    mixup: float = MIXUP
    cutmix: float = CUTMIX
    normalise: bool = option(
        True,
        "Normalise pictures to mean 0 and standard deviation 1.",
        details="Per channel, by the statistics of the training pictures; otherwise values are only scaled to 0–1.",
        advice="off only to repeat the lessons",
        fine_tuning=False,
    )
    initialisation: Initialisation = option(
        "he_uniform",
        "Distribution of the initial weights.",
        metavar="NAME",
        details="`he_*` preserves the signal's strength through ReLU, `glorot_*` is the default in Keras, `orthogonal` "
        "preserves lengths; `none` leaves the weights as PyTorch, or a module of your own, has them.",
        advice="to compare",
        fine_tuning=False,
    )
    batch_norm: bool = option(
        False,
        "Add batch normalisation after convolutions and hidden dense layers.",
        advice="deeper networks, higher learning rates",
        fine_tuning=False,
    )
    dropout: float = option(
        0.0,
        "Share of values set to 0 before dense layers during training.",
        limits=_SHARE,
        advice="overfitting, with more epochs",
        fine_tuning=False,
    )
    precision: Precision = option(
        "fp32",
        "Numeric precision of training.",
        metavar="NAME",
        details="`bf16` computes matrix products with 8 significant bits, faster where the hardware supports it; "
        "weights stay in single precision.",
        advice="`fp32` if the loss stops being finite",
    )
    layer_decay: float = option(
        1.0,
        "Learning rate of each stage of a backbone, relative to the next stage; 1: all equal.",
        limits=Limits(0, 1, above=True),
        details="Stages nearer the picture learn more slowly (Howard & Ruder 2018, arXiv:1801.06146).",
        advice="fine-tuning (`catseye transfer --fine-tune` sets it to 0.7)",
    )
    frozen_statistics: bool = option(
        False,
        "Keep the means and variances of a backbone's batch normalisation.",
        details="They are used for normalising during training, too.",
        advice="fine-tuning on few pictures",
    )
    adversarial: float = option(
        0.0,
        "Train on adversarial examples that change each value by up to this much, e.g. 8/255; 0: off.",
        metavar="EPSILON",
        fraction=True,
        limits=Limits(0, 1),
        details="In units of the value range 0 to 1; computed against the current network at every step.",
        advice="robustness to attacks: see [attacks.md](attacks.md)",
    )
    time_limit: float = option(
        0.0,
        "Stop training after this many seconds and keep the result; 0: no limit.",
        metavar="SECONDS",
        limits=Limits(0),
        advice="a deadline",
    )
    seed: int = option(
        0,
        "Random seed: initial weights, order of pictures, augmentation, validation share.",
        limits=Limits(0, 2**32 - 1),
        advice="several seeds, to see the spread",
        fine_tuning=False,
    )

    def __post_init__(self) -> None:
        for name, suited in self._defaults().items():
            if getattr(self, name) is BY_OPTIMIZER:
                object.__setattr__(self, name, suited)
        for name, each in OPTIONS.items():
            value = getattr(self, name)
            if name != "loss" or not is_own_loss(value):
                each.check(value)
        check_conflicts(self.to_json())

    def _defaults(self) -> dict[str, float]:
        return suited_values(self.optimizer)

    @classmethod
    def default(cls, network: str, pictures: int, side: int) -> Self:
        """Return the recipe that serves most data.

        For few pictures: more epochs, smaller batches and random shifts, without which a network memorises them; and,
        in the networks that Catseye names, batch normalisation. For the dense network AdamW: a step on its one wide
        matrix costs little, and six times as much with Muon.

        Parameters
        ----------
        network
            Name or text of the network.
        pictures
            Number of training pictures.
        side
            The smaller of their height and width in pixels.
        """
        usual = cls(precision=quick_precision(CPU))
        return usual.with_changes(default_changes(network, pictures, side, usual.epochs))

    @classmethod
    def lesson(cls, network: str) -> Self:
        """Return the recipe of the lessons: RMSprop for the digits, Adam for the clothes, nothing set aside."""
        return cls(**lesson_values(network == "fashion_convnet"))

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return the recipe with these values; raise `UsageError` for an unknown name."""
        for name in values:
            if name not in OPTIONS:
                raise unknown_option("recipe option", name, OPTIONS)
        return cls(**values)

    def to_json(self) -> dict[str, Any]:
        """Return the options as JSON values."""
        return asdict(self)

    @with_short_traceback
    def with_changes(self, changes: dict[str, Any]) -> Self:
        """Return the recipe with some options changed.

        With another optimizer, its learning rate and weight decay change too, unless they are given.

        Raises
        ------
        UsageError
            There is no such option, it cannot have this value, or it contradicts another.
        """
        values = self.to_json()
        changed = self.from_json(values | changes_with_optimizer(values, changes) | changes)
        check_momentum(changed.optimizer, changes)
        return changed


OPTIONS = declared_options(Recipe)
Recipe.__doc__ = f"{cleandoc(Recipe.__doc__ or '')}\n\n{attributes_section(OPTIONS)}"
