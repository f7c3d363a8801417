"""The budget of a run: what a question can cost at most is set aside before it is sent."""

from dataclasses import dataclass

from herocat import prices
from herocat.ports import Question, Usage
from herocat.prices import Price


class BrokeError(Exception):
    """What is left of the budget is less than one more question can cost."""


@dataclass
class Budget:
    """What a run has spent and set aside; nothing is set aside beyond what is allowed."""

    price: Price | None
    most: float | None = None  # None: as much as it takes
    spent: float = 0.0  # by all goes of the run, lost questions at the most they can have cost
    held: float = 0.0  # for questions under way
    under_way: int = 0  # questions that money is held for

    @property
    def counted(self) -> bool:
        """Whether questions cost money that is known."""
        return self.price is not None

    def hold(self, question: Question) -> float:
        """Set aside the most that a question can cost; raise BrokeError if that is too much."""
        if self.price is None:
            return 0.0
        amount = most(question, self.price)
        if self.most is not None and self.spent + self.held + amount > self.most:
            raise BrokeError
        self.held += amount
        self.under_way += 1
        return amount

    def settle(self, held: float, cost: float) -> None:
        """Give back what was set aside, and count what it did cost."""
        if self.price is not None:
            self.under_way -= 1
            # Sums of fractions drift: with nothing under way nothing is held.
            self.held = self.held - held if self.under_way else 0.0
        self.spent += cost

    def cost(self, usage: Usage, held: float) -> float | None:
        """Return what an answer cost; where the server does not count, the most it can have."""
        if usage.usd is not None:
            return usage.usd
        if self.price is None:
            return None
        if usage.input is None or usage.output is None:
            return held
        return self.price.cost(usage.input, usage.output)


def most(question: Question, price: Price) -> float:
    """Return the most that a question can cost."""
    asking = question.asking
    text = question.instructions + "".join(part for part in question.parts if isinstance(part, str))
    seen = [(picture.width, picture.height) for picture in question.pictures]
    tokens_in = prices.most_tokens_in(text + str(question.schema), seen, asking.media_resolution)
    return price.cost(tokens_in, prices.most_tokens_out(asking.max_tokens, asking.thinking))
