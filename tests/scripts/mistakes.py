def ratio(a, b):
    return a / b


class Odd:
    def __repr__(self):
        raise ValueError("no words for this")


try:
    ratio(1, 0)
except ZeroDivisionError as error:
    print("caught:", error)
Odd()
print("the script goes on")
values = {"one": 1}
ratio(values["one"], values.get("two", 0))
print("never")
